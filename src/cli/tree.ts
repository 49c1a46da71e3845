import { busyThreadsText } from '../format/busy-threads-text.js'
import { printable } from '../format/printable.js'
import { waitGraphText } from '../format/wait-graph-text.js'
import { readArguments } from './arguments.js'
import { captured, pathsFor } from './captured.js'
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
    console.log(waitGraphText(capture.graph, 'json'))
    return EXIT.ok
  }
  const isFilteredOut = wanted.filter !== null && capture.graph.nodes.length === 0
  const text = isFilteredOut
    ? `Nothing that waits has ${printable(wanted.filter ?? '')} in it.`
    : waitGraphText(capture.graph, 'tree', pathsFor(capture))
  const busy = busyThreadsText(capture.dump, pathsFor(capture))
  const isOnlyBusy = busy !== '' && capture.graph.nodes.length === 0
  console.log(`${busy}${isOnlyBusy ? '' : wanted.color ? coloredTree(text) : text}`.trimEnd())
  return EXIT.ok
}
