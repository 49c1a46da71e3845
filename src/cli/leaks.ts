import type { ProcessCapture } from '../attach/attach.js'
import { jsonText } from '../format/json-text.js'
import { leakLines } from '../format/leak-lines.js'
import { readArguments, UsageError } from './arguments.js'
import { answer, capturedLeaks, pathsFor } from './captured.js'
import { EXIT } from './exit-codes.js'
import { note } from './progress.js'
import { fitting } from './terminal-columns.js'

export const help = `async-trace leaks PID|FILE [options]

Shows suspended functions that will never continue, waits for events that can no longer happen, and parts of pools and locks that
nothing can release, by place. V8 garbage-collects such functions, often within seconds. If async-trace records in the process
(async-trace run), collected functions are reported too.

  async-trace leaks 4711
  async-trace leaks core.4711`

const NOT_SEEN = 'functions that V8 has already garbage-collected are not shown; async-trace run records them'

export async function leaks(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args)
  if (typeof wanted.target === 'object')
    throw new UsageError('leaks reads memory: give a PID, a core file or a heap snapshot')
  const capture = await capturedLeaks(wanted)
  const text = wanted.json ? jsonOf(capture) : fitting(leakLines(capture.graph, pathsFor(capture)).join('\n'))
  answer(text, capture)
  if (typeof wanted.target === 'number' && !capture.isRecorded) note(NOT_SEEN)
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
