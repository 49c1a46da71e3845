import type { ProcessCapture } from '../attach/attach.js'
import { busyThreadsText } from '../format/busy-threads-text.js'
import { waitGraphText } from '../format/wait-graph-text.js'
import { readArguments } from './arguments.js'
import { answer, captured, nothingLeft, nothingText, pathsFor } from './captured.js'
import { coloredTree } from './colors.js'
import { EXIT } from './exit-codes.js'
import { idleText } from './idle-text.js'
import { note } from './progress.js'

export const help = `async-trace tree PID|FILE [options]

What waits for what, as a tree, deadlocks first.

  async-trace tree 4711
  async-trace tree 4711 --filter checkout    only what has to do with it
  async-trace tree 4711 --json               the wait graph as JSON
  async-trace tree heap.heapsnapshot         from a heap snapshot file`

export async function tree(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args)
  const capture = await captured(wanted)
  const nothing = nothingLeft(capture, wanted.filter)
  if (wanted.json) {
    answer(waitGraphText(capture.graph, 'json'), capture)
    if (nothing !== null) note(nothing)
    return EXIT.ok
  }
  const busy = busyThreadsText(capture.dump, pathsFor(capture))
  const isOnlyBusy = busy !== '' && capture.graph.nodes.length === 0
  const text = nothing !== null ? nothingText(nothing, capture) : isOnlyBusy ? '' : textOf(capture)
  answer(`${busy}${wanted.color ? coloredTree(text) : text}`.trimEnd(), capture)
  return EXIT.ok
}

function textOf(capture: ProcessCapture): string {
  const { graph, dump, keptAlive } = capture
  // The busy ones are told of by themselves.
  const quiet = dump.threads.filter(({ state }) => state === 'answered')
  if (graph.nodes.length === 0 && keptAlive.length > 0 && quiet.length === 1) return idleText(capture)
  return waitGraphText(graph, 'tree', pathsFor(capture), quiet)
}
