import { busyThreadsText } from '../format/busy-threads-text.js'
import { printable } from '../format/printable.js'
import { waitGraphText } from '../format/wait-graph-text.js'
import { readArguments } from './arguments.js'
import { answer, captured, pathsFor } from './captured.js'
import { coloredTree } from './colors.js'
import { EXIT } from './exit-codes.js'

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
  // The busy ones are told of by themselves.
  const quiet = capture.dump.threads.filter(({ state }) => state === 'answered')
  const isFilteredOut = wanted.filter !== null && capture.graph.nodes.length === 0
  const text = isFilteredOut
    ? `Nothing that waits has ${printable(wanted.filter ?? '')} in it.`
    : waitGraphText(capture.graph, 'tree', pathsFor(capture), quiet)
  const busy = busyThreadsText(capture.dump, pathsFor(capture))
  const isOnlyBusy = busy !== '' && capture.graph.nodes.length === 0
  answer(`${busy}${isOnlyBusy ? '' : wanted.color ? coloredTree(text) : text}`.trimEnd(), capture)
  return EXIT.ok
}
