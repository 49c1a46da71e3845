import { threadId } from 'node:worker_threads'
import { fileOfScript, liveSites, type Site, synchronousPart } from '../engine/call-sites.js'
import { originalPosition } from '../engine/source-maps.js'
import { type AsyncTrace, NOT_SAMPLED, NOT_TRACED, type TraceFrame } from '../model/async-trace.js'
import type { Frame } from '../model/frame.js'
import type { Boundary, Task } from '../model/task.js'
import { BOTTOM, readHop } from '../record/hop.js'
import { type Hop, isEnd, type Origin, ROOT } from '../record/origin.js'
import { currentOrigin, nameActivation, onTaskNamed } from '../record/recorder.js'
import { foldRepeats, type PathFrame } from './repeats.js'
import { nameTask, rootTask, taskOf } from './tasks.js'

/** What is walked, before frames are numbered and mapped. */
interface Step {
  readonly site: Site | null
  /** For what is no place in the code. */
  readonly note: string | null
  readonly boundary: Boundary | null
  readonly task: Origin | null
  readonly turns: number
  readonly group: number
}

const MAX_STEPS = 100_000

export interface WalkOptions {
  readonly internals: boolean
  readonly limit: number
}

/** The path of creation of the code that calls. Never runs code of the program's. */
export function creationPath(options: WalkOptions): AsyncTrace {
  const walk = new Walk(options.internals)
  walk.stack(synchronousPart(liveSites()))
  walk.chain(currentOrigin())
  return walk.trace(options.limit)
}

class Walk {
  readonly #steps: Step[] = []
  readonly #internals: boolean
  #bottom: readonly Site[] | null = null
  /** A boundary that no visible frame has crossed yet. */
  #boundary: Boundary | null = null
  #task: Origin | null = null
  #currentTask: Origin | null = null
  #groups = 0

  constructor(internals: boolean) {
    this.#internals = internals
  }

  stack(sites: readonly Site[]): void {
    for (const site of sites) this.#step(site, 1, 0)
    this.#bottom = sites.slice(-BOTTOM)
  }

  chain(from: Origin | null): void {
    let origin = from
    for (; origin !== null && !isEnd(origin) && this.#steps.length < MAX_STEPS; origin = origin.parent) {
      if (origin.stack !== null) {
        const hop = readHop(origin, this.#bottom)
        if (!hop.isCertain) {
          this.#note(NOT_TRACED)
          return
        }
        this.#hop(hop, 1, 0)
        this.#bottom = hop.bottom
        // Below a module's top level there are only Node's own frames.
        if (hop.isCutOff && !this.#endsInModule()) this.#note('<deeper frames left out>')
      } else {
        const fold = origin.fold
        if (fold !== null && fold.leftOut > 0) this.#note(`<${fold.leftOut} hops left out>`)
        const group = ++this.#groups
        for (const hop of fold?.hops ?? []) this.#hop(hop, fold?.turns ?? 1, group)
        this.#bottom = null
      }
    }
    if (origin === ROOT || this.#endsInModule()) return
    this.#note(origin !== null && isEnd(origin) ? NOT_SAMPLED : NOT_TRACED)
  }

  trace(limit: number): AsyncTrace {
    const current = this.#currentTask
    const tasks = new Map<Origin, Task>()
    const frames = foldRepeats(this.#steps.map((step) => this.#frame(step, tasks)))
    const shown: PathFrame[] = frames.length > limit ? frames.slice(0, limit) : frames
    const root: PathFrame = { ...frameAt(null, 'Task-1'), task: rootTask(), boundary: null, turns: 1, group: 0 }
    const all = [...shown, { ...root, name: root.task?.name ?? root.name }]
    return Object.freeze({
      frames: Object.freeze(all.map(traceFrame)),
      currentTask: current === null ? this.#rootOrNothing() : taskOf(current, this.#creator(current)),
      inExecutor: false,
    })
  }

  get currentTask(): Origin | null {
    return this.#currentTask
  }

  /** True where the path ends before the root. */
  get isOpenEnded(): boolean {
    const note = this.#steps.at(-1)?.note
    return note === NOT_TRACED || note === NOT_SAMPLED
  }

  #hop(hop: Hop, turns: number, group: number): void {
    hop.sites.forEach((site, i) => {
      if (i === hop.boundaryAt) this.#cross(hop)
      this.#step(site, turns, group)
    })
    if (hop.boundaryAt >= hop.sites.length) this.#cross(hop)
  }

  #cross(hop: Hop): void {
    // Of several with no frame between, the innermost says how the code came to run.
    this.#boundary ??= hop.boundary
    this.#task ??= hop.task
  }

  #step(site: Site, turns: number, group: number): void {
    if (site.isOwn || (site.isInternal && !this.#internals)) return
    this.#currentTask ??= this.#task
    this.#steps.push({ site, note: null, boundary: this.#boundary, task: this.#task, turns, group })
    this.#boundary = null
    this.#task = null
  }

  #note(note: string): void {
    this.#steps.push({ site: null, note, boundary: null, task: null, turns: 1, group: 0 })
  }

  /** A module's top level is run by the program itself. */
  #endsInModule(): boolean {
    const last = this.#steps.findLast((step) => step.site?.isInternal !== true)
    return last?.site?.isModule === true
  }

  #rootOrNothing(): Task | null {
    return this.isOpenEnded ? null : rootTask()
  }

  #creator(task: Origin): Frame | null {
    const step = this.#steps.find((other) => other.task === task)
    return step?.site == null ? null : frameAt(step.site, '')
  }

  #frame(step: Step, tasks: Map<Origin, Task>): PathFrame {
    const frame = frameAt(step.site, step.note ?? '')
    let task: Task | null = null
    if (step.task !== null) {
      task = tasks.get(step.task) ?? taskOf(step.task, frame)
      tasks.set(step.task, task)
    }
    return { ...frame, task, boundary: step.boundary, turns: step.turns, group: step.group }
  }
}

/** The frame of a place, in the author's source. */
function frameAt(site: Site | null, note: string): Frame {
  if (site === null) return { name: note, filename: null, line: null, column: null }
  const { name, script, line, column } = site
  if (script === null || script === '' || line === null || column === null) {
    return { name, filename: script || null, line: line ?? null, column: column ?? null }
  }
  const original = originalPosition(script, line, column)
  if (original === null) return { name, filename: fileOfScript(script), line, column }
  return { name, filename: original.file, line: original.line, column: original.column }
}

function traceFrame(frame: PathFrame, indent: number): TraceFrame {
  const { name, filename, line, column, task, boundary, turns } = frame
  const isExecutor = boundary === 'executor'
  return Object.freeze({ name, filename, line, column, indent, task, boundary, isExecutor, threadId, repeated: turns })
}

/**
 * Names the task that runs now. An async function that has not yet suspended takes the name along into the
 * task that it becomes.
 */
export function nameCurrentTask(name: string): void {
  if (!nameActivation(name)) nameTaskOfOrigin(currentOrigin(), name)
}

function nameTaskOfOrigin(origin: Origin | null, name: string): void {
  const walk = new Walk(false)
  walk.chain(origin)
  if (walk.currentTask !== null || !walk.isOpenEnded) nameTask(walk.currentTask, name)
}

onTaskNamed(nameTaskOfOrigin)
