import type { ProcessCapture } from '../attach/attach.js'
import { busyThreadsText } from '../format/busy-threads-text.js'
import { printable } from '../format/printable.js'
import { waitGraphText } from '../format/wait-graph-text.js'
import { readArguments } from './arguments.js'
import { answer, captured, pathsFor } from './captured.js'
import { coloredTree } from './colors.js'
import { EXIT } from './exit-codes.js'
import { idleText } from './idle-text.js'

export const help = `async-trace tree PID [options]

What waits for what, as a tree, deadlocks first.

  async-trace tree 4711
  async-trace tree 4711 --filter checkout    only what has to do with it
  async-trace tree 4711 --json               the wait graph as JSON`

export async function tree(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args)
  const capture = await captured(wanted)
  if (wanted.json) {
    answer(waitGraphText(capture.graph, 'json'), capture)
    return EXIT.ok
  }
  const busy = busyThreadsText(capture.dump, pathsFor(capture))
  const isOnlyBusy = busy !== '' && capture.graph.nodes.length === 0
  const text = isOnlyBusy ? '' : textOf(capture, wanted.filter)
  answer(`${busy}${wanted.color ? coloredTree(text) : text}`.trimEnd(), capture)
  return EXIT.ok
}

function textOf(capture: ProcessCapture, filter: string | null): string {
  const { graph, dump, keptAlive } = capture
  // The busy ones are told of by themselves.
  const quiet = dump.threads.filter(({ state }) => state === 'answered')
  if (graph.nodes.length === 0 && filter !== null) return `Nothing that waits has ${printable(filter)} in it.`
  if (graph.nodes.length === 0 && keptAlive.length > 0 && quiet.length === 1) return idleText(capture)
  return waitGraphText(graph, 'tree', pathsFor(capture), quiet)
}
