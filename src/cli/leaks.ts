import type { ProcessCapture } from '../attach/attach.js'
import { jsonText } from '../format/json-text.js'
import { leakLines } from '../format/leak-lines.js'
import { readArguments, UsageError } from './arguments.js'
import { answer, captured, pathsFor } from './captured.js'
import { EXIT } from './exit-codes.js'

export const help = `async-trace leaks PID|FILE [options]

Suspended functions that will never continue, waits for what can no longer happen, and parts of pools and locks that nobody can give
back, by place. Lost functions are found in the memory of a process, where they stay until V8 collects them: ask for them first.

  async-trace leaks 4711
  async-trace leaks core.4711`

export async function leaks(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args)
  if (typeof wanted.target === 'object')
    throw new UsageError('leaks reads memory: it needs a PID, a core file or a heap snapshot')
  const isProcess = typeof wanted.target === 'number'
  const capture = await captured({ ...wanted, via: wanted.via ?? (isProcess ? 'memory' : null) })
  answer(wanted.json ? jsonOf(capture) : leakLines(capture.graph, pathsFor(capture)).join('\n'), capture)
  return EXIT.ok
}

function jsonOf({ graph: { nodes, lost = [] } }: ProcessCapture): string {
  const resources = nodes.flatMap(({ leaf }) => {
    const leaked = leaf?.use?.holders.filter(({ state }) => state === 'leaked') ?? []
    return leaked.length === 0 ? [] : [{ label: leaf?.label, package: leaf?.use?.package, leaked }]
  })
  const never = nodes.flatMap(({ leaf }) =>
    leaf?.never === undefined ? [] : [{ label: leaf.label, never: leaf.never }],
  )
  return jsonText({ version: 1, lost, resources, never })
}
