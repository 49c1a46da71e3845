import { basename } from 'node:path'
import type { ProcessCapture } from '../attach/attach.js'
import { joinParts } from '../attach/thread-parts.js'
import { fileOfScript } from '../engine/script-file.js'
import { placeInSource } from '../engine/source-maps.js'
import { scriptOf } from '../heap/functions.js'
import type { HeapGraph } from '../heap/heap-graph.js'
import { type HeapPromises, promisesOf } from '../heap/heap-promises.js'
import { HolderSearch } from '../heap/holders.js'
import { codeNameOf } from '../heap/method-names.js'
import { NodeClasses } from '../heap/node-classes.js'
import { timersIn } from '../heap/timer-lists.js'
import { type LiveFacts, NOT_ASKED } from '../heap/wakers.js'
import type { Frame } from '../model/frame.js'
import type { ThreadDump } from '../model/task-dump.js'
import { buildGraph } from '../waits/graph.js'
import { HeapSource } from '../waits/heap-source.js'
import { readSnapshot } from './read-snapshot.js'
import { ScriptTexts } from './script-texts.js'

export interface FileCapture {
  readonly capture: ProcessCapture
  /** Scripts whose text would have told which functions can resolve a promise: not here, or changed since. */
  readonly missingScripts: readonly string[]
}

/**
 * What a heap snapshot file tells of the thread that it was taken of. It has no process to ask: frames are without the
 * lines of their awaits, timers without the time that is left, sockets without addresses.
 *
 * @throws {Refusal} if the file is no whole snapshot.
 */
export async function captureFile(file: string): Promise<FileCapture> {
  const { heap, writtenAtMs } = await readSnapshot(file)
  const facts = new SnapshotFacts(heap)
  const { graph } = buildGraph(facts.source(), MAIN_THREAD)
  const stack = Object.freeze([])
  const thread: ThreadDump = Object.freeze({
    threadId: MAIN_THREAD,
    name: basename(file),
    state: 'answered',
    pauseMs: null,
    stack,
  })
  const part = { graph, threads: [thread], tasks: null, ageMsOf: () => Number.NaN }
  const about = {
    pid: Number.NaN,
    command: file,
    cwd: '',
    nodeVersion: null,
    isRecorded: false,
    unaskedThreads: 0,
    keptAlive: [],
  }
  const capture = { ...about, ...joinParts(Number.NaN, writtenAtMs, [part], null) }
  return { capture, missingScripts: facts.missingScripts }
}

/** A snapshot does not say of which thread it is. */
const MAIN_THREAD = 0

class SnapshotFacts {
  readonly #heap: HeapGraph
  readonly #promises: HeapPromises
  readonly #texts: ScriptTexts
  readonly #search: HolderSearch
  readonly #live: LiveFacts

  constructor(heap: HeapGraph) {
    this.#heap = heap
    this.#promises = promisesOf(heap)
    this.#texts = new ScriptTexts(heap)
    const timers = timersIn(heap, new NodeClasses(heap))
    const timerIndices = new Map([...timers.keys()].map((node, i) => [node, i]))
    const searched = {
      heap,
      timerIndices,
      handleIndices: new Map(),
      own: new Set<number>(),
      unknownText: 'left open',
    } as const
    this.#search = new HolderSearch(searched, this.#promises, this.#texts.textOf)
    this.#live = { ...NOT_ASKED, timer: (node) => timers.get(node) ?? null }
  }

  get missingScripts(): readonly string[] {
    return this.#texts.missing
  }

  source(): HeapSource {
    this.#search.findAll()
    return new HeapSource({
      heap: this.#heap,
      promises: this.#promises,
      frames: new Map(this.#promises.suspended.map(({ generator, fn }) => [generator, this.#frameOf(fn)])),
      memberIndices: new Map(),
      definitionOf: (fn) => this.#definitionOf(fn),
      // A snapshot does not tell where a function awaits.
      sourceAtAwait: () => null,
      awaitPlaceOf: () => null,
      holderOf: (promise) => this.#search.holderOf(promise),
      search: this.#search,
      live: this.#live,
    })
  }

  #frameOf(fn: number): Frame {
    const script = scriptOf(this.#heap, fn)
    const filename = script === null ? null : fileOfScript(script)
    const name = codeNameOf(this.#heap, fn, (scriptId) => this.#texts.runningScript(scriptId))
    return { name, filename, line: null, column: null }
  }

  /** Where a function begins. The place is in the text that ran, which a loader may have made from the file's. */
  #definitionOf(fn: number): Frame {
    const frame = this.#frameOf(fn)
    const location = this.#heap.locationOf(fn)
    const running = location === null ? null : this.#texts.runningScript(location.scriptId)
    if (location === null || running === null) return frame
    const { file, ...place } = placeInSource(running, location.line, location.column)
    return { ...frame, filename: file, ...place }
  }
}
