import type { AttachedProcess, ProcessCapture } from '../attach/attach.js'
import type { MemoryCapture } from '../attach/memory-capture.js'
import { programOf } from '../attach/node-processes.js'
import { Refusal, type RefusalReason } from '../attach/refusal.js'
import { MAX_PAUSE_MS } from '../attach/snapshot-limit.js'
import { counted } from '../format/counted-text.js'
import type { Paths } from '../format/frame-text.js'
import { printable } from '../format/printable.js'
import { isCoreFile } from '../memory/core-file.js'
import type { ThreadDump } from '../model/task-dump.js'
import { UNKNOWN_END } from '../model/wait-end.js'
import { operatingSystem } from '../operating-system/present-system.js'
import { leafOf } from '../waits/leaf-names.js'
import { filterDump, filterGraph } from '../walk/filtered.js'
import { type Arguments, UsageError } from './arguments.js'
import { note, Progress } from './progress.js'
import { withLost, withQueued } from './with-memory.js'

/** Captures what the arguments ask for, filtered, with progress on stderr. */
export async function captured(args: Arguments): Promise<ProcessCapture> {
  const { target } = args
  return withProgress(args, (progress) => {
    if (typeof target === 'string') return capturedFile(target, args, progress)
    if (typeof target === 'object') return askInspector(target.inspector, args, progress)
    return capturedProcess(programOf(target, progress.notice), args, progress)
  })
}

/**
 * For what will never continue: memory has what V8 has not collected yet. In a recorded process, the records have what it has
 * collected.
 */
export async function capturedLeaks(args: Arguments): Promise<ProcessCapture> {
  const { target } = args
  if (typeof target !== 'number' || args.via !== null) return captured(args)
  return withProgress(args, async (progress) => {
    const pid = programOf(target, progress.notice)
    if (!operatingSystem().readsMemory) {
      progress.notice(`${NO_MEMORY}: functions that V8 has collected are not listed`)
      return askInspector(pid, args, progress)
    }
    const read = await readMemory(pid, args, progress)
    return read.hasRecorder ? withLost(await askInspector(pid, args, progress), read.graph.lost ?? []) : read
  })
}

async function withProgress(
  { filter }: Arguments,
  capture: (progress: Progress) => Promise<ProcessCapture>,
): Promise<ProcessCapture> {
  const progress = new Progress()
  try {
    return filtered(await capture(progress), filter)
  } finally {
    progress.end()
  }
}

/**
 * From its memory, which the process does not notice, if that tells all that its inspector would; else over its inspector. If
 * that does not answer, or would stop the process for long: from its memory all the same.
 */
async function capturedProcess(pid: number, args: Arguments, progress: Progress): Promise<ProcessCapture> {
  if (args.via === 'memory') return readMemory(pid, args, progress)
  const canRead = operatingSystem().readsMemory
  const mayRead = canRead && args.via === null && !args.inject && !args.heap && !args.force
  const read = mayRead ? await readFirst(pid, args, progress) : null
  if (read?.isAnswer === true && read.capture !== null) return read.capture
  const lost = read?.capture?.graph.lost ?? []
  try {
    const asked = await askInspector(pid, args, progress, {
      waitsForBlocked: !mayRead,
      mostSnapshotMs: read === null ? MAX_PAUSE_MS : Math.max(args.mostPauseMs, SMALL_SNAPSHOT_MS),
    })
    const complete = withLost(asked, lost)
    if (complete !== asked) progress.notice(COLLECTED)
    const capture = withQueued(complete, read?.capture?.graph.requests ?? [])
    if (mayRead && isInNativeCode(capture)) return await readBlocked(pid, args, progress, capture)
    if (mayRead && hasUnknownEnds(capture)) return await withConclusions(pid, args, progress, capture)
    if (args.verbose) progress.notice(`asked over its inspector${canRead ? '' : `: ${NO_MEMORY}`}`)
    return capture
  } catch (error) {
    if (!mayRead || !(error instanceof Refusal) || !READ_INSTEAD.has(error.reason)) throw error
    try {
      const capture = await readMemory(pid, args, progress)
      progress.notice(`read from its memory: ${error.message}`)
      return capture
    } catch (second) {
      if (!(second instanceof Refusal)) throw second
      // It may come free before its time to answer is over.
      if (error.reason === 'in-native-code') return askInspector(pid, args, progress)
      // What is in the way of the inspector is what can be changed.
      throw new Refusal(error.reason, `${error.message} (and ${second.message})`)
    }
  }
}

const NO_MEMORY = `the memory of a process is read on Linux only, and this is ${process.platform}`

/** In bytes: over the inspector it would stand still for more than a second. */
const LARGE_HEAP = 24 << 20
/** Where memory can be read, a process is not stopped for longer than this for a snapshot of its heap. */
const SMALL_SNAPSHOT_MS = 2_000

interface ReadFirst {
  /** Null if that would stop it for too long. */
  readonly capture: MemoryCapture | null
  /** Asking over the inspector would tell no more. */
  readonly isAnswer: boolean
}

/**
 * Reads the memory of a process; one that is never at rest is stopped for a moment. That also has the functions that will never
 * continue, which V8 collects when it is asked over the inspector. Null if memory cannot be read.
 */
async function readFirst(pid: number, args: Arguments, progress: Progress): Promise<ReadFirst | null> {
  const { threads, verbose } = args
  const { captureMemory, heapBytesOf } = await import('../attach/memory-capture.js')
  const say = (what: string) => {
    if (verbose) progress.notice(what)
  }
  let isLarge = false
  try {
    const bytes = heapBytesOf(pid)
    isLarge = bytes >= LARGE_HEAP
    const mostPauseMs = threads ? 0 : args.mostPauseMs
    const capture = await captureMemory(pid, {
      threads,
      mostPauseMs,
      leavesComputing: true,
      onProgress: progress.step,
    })
    // Memory does not tell the names of workers.
    const onlyAsked = threads
      ? 'the names of threads are not in it'
      : (capture.onlyAsked ?? (await whyBlocked(pid, capture)))
    if (onlyAsked === null) say(`read from its memory: its heap has ${Math.round(bytes / 1e6)} MB`)
    else say(`not read from its memory alone: ${onlyAsked}`)
    return { capture, isAnswer: onlyAsked === null }
  } catch (error) {
    // Whatever is in the way: the inspector says so itself if it is in its way too.
    if (error instanceof Error) say(`not read from its memory: ${error.message}`)
    return isLarge && error instanceof Refusal && error.reason === 'too-costly'
      ? { capture: null, isAnswer: false }
      : null
  }
}

/** Its inspector would not answer, and says why. */
async function whyBlocked(pid: number, { graph, dump }: MemoryCapture): Promise<string | null> {
  const [{ doWorkersTurn, loopStateOf }, { isStopped }, { factsOf, runsOnlyOthers }] = await Promise.all([
    import('../attach/main-loop.js'),
    import('../memory/quiet-read.js'),
    import('../attach/process-facts.js'),
  ])
  if (runsOnlyOthers(factsOf(pid, 'memory'))) return 'it only runs other processes'
  if (isStopped(pid)) return 'it is stopped'
  const [main, ...workers] = dump.threads
  if (main?.state !== 'busy' && (await loopStateOf(pid)) === 'blocked')
    return 'its main thread does not turn its event loop'
  const isSilent = ({ threadId, state }: ThreadDump) =>
    state !== 'busy' && !graph.nodes.some((node) => node.threadId === threadId)
  if (!workers.some(isSilent) || doWorkersTurn(pid, workers.length)) return null
  return 'a worker that it waits for does not turn its event loop'
}

const COLLECTED = 'functions that will never continue are listed once: V8 has collected them while it was asked'

/** Over the inspector it tells nothing of what is pending. */
function isInNativeCode({ dump }: ProcessCapture): boolean {
  const [main] = dump.threads
  return main?.state === 'busy' && main.stack.length === 0
}

/** The heap of a recorded process is too large to be read by itself, and what some functions wait for is not known without. */
function hasUnknownEnds({ isRecorded, graph: { nodes, incomplete } }: ProcessCapture): boolean {
  return isRecorded && incomplete !== undefined && nodes.some(({ leaf }) => leaf?.label === leafOf(UNKNOWN_END).label)
}

/** With what the memory of the process tells of that, for which it is stopped only if it is busy. */
async function withConclusions(
  pid: number,
  args: Arguments,
  progress: Progress,
  capture: ProcessCapture,
): Promise<ProcessCapture> {
  try {
    const { captureMemory } = await import('../attach/memory-capture.js')
    const { threads, mostPauseMs } = args
    const wanted = { threads, mostPauseMs, leavesComputing: false, onProgress: progress.step }
    const { graph } = await captureMemory(pid, wanted)
    const { requests, lost = graph.lost } = capture.graph
    const conclusions = { ...graph, ...(requests !== undefined && { requests }), ...(lost !== undefined && { lost }) }
    if (args.verbose) progress.notice('the conclusions are read from its memory')
    return { ...capture, conclusions }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (args.verbose) progress.notice(error.message)
    return capture
  }
}

async function readBlocked(
  pid: number,
  args: Arguments,
  progress: Progress,
  blocked: ProcessCapture,
): Promise<ProcessCapture> {
  try {
    const capture = await readMemory(pid, args, progress)
    const [main, ...others] = capture.dump.threads
    const threads = main === undefined ? [] : [{ ...main, state: 'busy' as const }, ...others]
    if (args.verbose) progress.notice('read from its memory: its main thread is in native code')
    return { ...capture, dump: { ...capture.dump, threads } }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (args.verbose) progress.notice(error.message)
    return blocked
  }
}

/** Memory is there whatever the process does. */
const READ_INSTEAD: ReadonlySet<RefusalReason> = new Set([
  'blocked',
  'in-native-code',
  'port-taken',
  'too-costly',
  'no-answer',
])

interface InspectorLimits {
  /** Else a main thread that is blocked in native code is a reason to refuse. */
  readonly waitsForBlocked: boolean
  readonly mostSnapshotMs: number
}

const NO_LIMITS: InspectorLimits = { waitsForBlocked: true, mostSnapshotMs: MAX_PAUSE_MS }

/** @param process its PID, or the address of its inspector. */
async function askInspector(
  process: number | string,
  args: Arguments,
  progress: Progress,
  limits = NO_LIMITS,
): Promise<ProcessCapture> {
  const { timeoutMs, force, threads, heap } = args
  const told = { onProgress: progress.step, onNotice: progress.notice }
  const options = { timeoutMs, force, threads, heap, ...limits, letsOthersAsk: false, ...told }
  const [{ attach, attachAt }, { checkHasPackage, inject }] = await Promise.all([
    import('../attach/attach.js'),
    import('../attach/inject.js'),
  ])
  if (args.inject) checkHasPackage()
  const ask = async (attached: AttachedProcess) => {
    // The recorder knows nothing of what began before it: this answer is still the heap's.
    const before = await attached.capture()
    if (args.inject) progress.notice(await inject(attached.target))
    return before
  }
  return typeof process === 'string' ? attachAt(process, options, ask) : attach(process, options, ask)
}

async function readMemory(pid: number, args: Arguments, progress: Progress): Promise<MemoryCapture> {
  const { threads, mostPauseMs } = args
  const { captureMemory } = await import('../attach/memory-capture.js')
  return captureMemory(pid, { threads, mostPauseMs, leavesComputing: false, onProgress: progress.step })
}

async function capturedFile(
  file: string,
  { threads, executable }: Arguments,
  progress: Progress,
): Promise<ProcessCapture> {
  progress.step(`reading ${file}`)
  if (isCoreFile(file)) {
    const { captureCore } = await import('../attach/core-capture.js')
    return captureCore(file, { threads, executable })
  }
  if (executable !== null) throw new UsageError(`--exe is for core files, and ${file} is not one`)
  if (threads) throw new UsageError(`--threads needs a running process or a core file, and ${file} is neither`)
  const { captureFile } = await import('../snapshot-file/file-capture.js')
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
  const { graph, conclusions, dump } = capture
  return {
    ...capture,
    graph: filterGraph(graph, filter),
    ...(conclusions !== undefined && { conclusions: filterGraph(conclusions, filter) }),
    dump: filterDump(dump, filter),
  }
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

/** The first lines of an answer, with how many are left out. @param most null for all. */
export function cutLines(text: string, most: number | null): string {
  const lines = text.split('\n')
  if (most === null || lines.length <= most) return text
  return [...lines.slice(0, most), `… ${lines.length - most} more lines, left out by --limit ${most}`].join('\n')
}

/** Prints an answer, and what it leaves out. */
export function answer(text: string, capture: ProcessCapture): void {
  // `console.log` gives a text to the inspector too, which takes seconds for a long one.
  process.stdout.write(`${text}\n`)
  hintOf(capture)
}

/** Says what was not asked. */
export function hintOf({ unaskedThreads: count }: ProcessCapture): void {
  if (count > 0) note(`main thread only; --threads also shows ${counted(count, 'worker thread')}`)
}

/** Files relative to the working directory of the process, wherever the command runs; absolute where it is unknown. */
export function pathsFor({ cwd }: ProcessCapture): Paths {
  return cwd === '' ? 'absolute' : { relativeTo: cwd }
}
