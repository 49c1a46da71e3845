import { attach, type ProcessCapture } from '../attach/attach.js'
import { inject } from '../attach/inject.js'
import { counted } from '../format/counted-text.js'
import type { PathStyle } from '../format/frame-text.js'
import { printable } from '../format/printable.js'
import { captureFile } from '../snapshot-file/file-capture.js'
import { filterDump, filterGraph } from '../walk/filtered.js'
import type { Arguments } from './arguments.js'
import { note, Progress } from './progress.js'

/** Captures what the arguments ask for, filtered, with progress on stderr. */
export async function captured(args: Arguments): Promise<ProcessCapture> {
  const progress = new Progress()
  const { timeoutMs, force, threads, heap } = args
  const told = { onProgress: progress.step, onNotice: progress.notice }
  const options = { timeoutMs, force, threads, heap, letsOthersAsk: false, ...told }
  try {
    if (typeof args.target === 'string') return filtered(await capturedFile(args.target, progress), args.filter)
    const capture = await attach(args.target, options, async (process) => {
      // The recorder knows nothing of what began before it: this answer is still the heap's.
      const before = await process.capture()
      if (args.inject) progress.notice(await inject(process.target))
      return before
    })
    return filtered(capture, args.filter)
  } finally {
    progress.end()
  }
}

async function capturedFile(file: string, progress: Progress): Promise<ProcessCapture> {
  progress.step(`reading ${file}`)
  const { capture, missingScripts } = await captureFile(file)
  progress.notice(NOT_IN_A_FILE)
  const [first, ...others] = missingScripts
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` and ${counted(others.length, 'other script')}`
    progress.notice(`${first}${more} cannot be read, or changed since: some resolvers may not be found`)
  }
  return capture
}

const NOT_IN_A_FILE = 'a heap snapshot has no lines of awaits, ages, addresses, PIDs or remaining times'

function filtered(capture: ProcessCapture, filter: string | null): ProcessCapture {
  if (filter === null) return capture
  const { graph, dump } = capture
  return { ...capture, graph: filterGraph(graph, filter), dump: filterDump(dump, filter) }
}

/** What to say where nothing is left of what was filtered; null where something is. */
export function nothingLeft({ graph, dump }: ProcessCapture, filter: string | null): string | null {
  if (filter === null || graph.nodes.length > 0 || dump.tasks.length > 0) return null
  return `Nothing that waits has ${printable(filter)} in it.`
}

/** That as the whole of an answer, with what is not known. */
export function nothingText(nothing: string, { graph }: ProcessCapture): string {
  return graph.incomplete === undefined ? nothing : `${nothing}\n\n${printable(graph.incomplete)}`
}

/** Prints an answer, and what it leaves out. */
export function answer(text: string, capture: ProcessCapture): void {
  console.log(text)
  hintOf(capture)
}

/** Says what was not asked. */
export function hintOf({ unaskedThreads: count }: ProcessCapture): void {
  if (count > 0) note(`the main thread only; --threads shows ${counted(count, 'worker thread')} too`)
}

/** Files relative to the working directory where it is the process's too. */
export function pathsFor(capture: ProcessCapture): PathStyle {
  return capture.cwd === process.cwd() ? 'relative' : 'absolute'
}
