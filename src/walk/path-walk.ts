import { threadId } from 'node:worker_threads'
import { findLast, findLastIndex, last, slice } from '../engine/lists.js'
import type { Site } from '../engine/site.js'
import type { Frame } from '../model/frame.js'
import type { Boundary, Task } from '../model/task.js'
import { type AsyncTrace, NOT_SAMPLED, NOT_TRACED, type TraceFrame } from '../model/trace.js'
import { ForeignOrigin, type ForeignTask } from '../record/foreign.js'
import { BOTTOM, readHop } from '../record/hop.js'
import { type Hop, isEnd, Origin, ROOT } from '../record/origin.js'
import { samplingRate } from '../record/sampling.js'
import { frameAt } from './frame-at.js'
import { countPoolFrames, dropPoolFrames } from './pool-frames.js'
import { foldRepeats, type PathFrame } from './repeats.js'
import { foreignTask, nameTask, rootTask, taskOf } from './tasks.js'

/** What is walked, before frames are numbered and mapped. */
export interface Step {
  readonly site: Site | null
  /** For what is no place in the code. */
  readonly note: string | null
  readonly boundary: Boundary | null
  /** Of this thread, or as another thread described it. */
  readonly task: Origin | ForeignTask | null
  readonly threadId: number
  readonly turns: number
  readonly group: number
}

/** A walked path of this thread, and where it goes on in another one. */
export interface WalkedPath {
  readonly steps: readonly Step[]
  readonly from: ForeignOrigin | null
}

const MAX_STEPS = 100_000

/** Walks from record to record, and gathers the places on the way. Never runs code of the program's. */
export class Walk implements WalkedPath {
  /** Where the path goes on in another thread. */
  from: ForeignOrigin | null = null
  readonly #steps: Step[] = []
  readonly #internals: boolean
  #bottom: readonly Site[] | null = null
  /** A boundary that no visible frame has crossed yet. */
  #boundary: Boundary | null = null
  #task: Origin | null = null
  #hasTask = false
  /** What a function called itself before it was known that it begins no task: the task that called it has the name. */
  #givenName: string | null = null
  #groups = 0
  /** The last step is in a function whose name the stack of its call has. */
  #isNameless = false
  readonly #readsForeign: boolean
  #root: ForeignTask | null = null

  /** The innermost function begins a task, though its caller awaits it. */
  #beginsTask: boolean

  constructor(internals: boolean, readsForeign = true, beginsTask = false) {
    this.#beginsTask = beginsTask
    this.#internals = internals
    this.#readsForeign = readsForeign
  }

  get steps(): readonly Step[] {
    return this.#steps
  }

  stack(sites: readonly Site[]): void {
    for (let i = 0; i < sites.length; i++) this.#step(sites[i] as Site, 1, 0)
    this.#bottom = slice(sites, -BOTTOM)
  }

  /** @param untilTask whether to go no further than to the place that created the current task. */
  chain(from: Origin | null, untilTask = false, bottom = this.#bottom): void {
    this.#bottom = bottom
    let origin = from
    for (; origin !== null && !isEnd(origin) && this.#steps.length < MAX_STEPS; origin = origin.parent) {
      if (origin instanceof ForeignOrigin) {
        this.#foreign(origin, origin)
        return
      }
      if (untilTask && this.#hasTask) return
      if (origin.stack !== null) {
        const hop = readHop(origin, this.#bottom, this.#beginsTask)
        if (!hop.isCertain) {
          this.#note(NOT_TRACED)
          return
        }
        if (hop.task === null) this.#givenName ??= origin.task?.name ?? null
        if (hop.task !== null) this.#beginsTask = false
        this.#hop(hop, 1, 0)
        this.#bottom = hop.bottom
        // Below a module's top level there are only Node's own frames.
        if (hop.isCutOff && !this.#endsInModule()) this.#note('<deeper frames left out>')
      } else {
        const fold = origin.fold
        if (fold !== null && fold.leftOut > 0) this.#note(`<${fold.leftOut} hops left out>`)
        const group = ++this.#groups
        const hops = fold?.hops ?? []
        for (let i = 0; i < hops.length; i++) this.#hop(hops[i] as Hop, fold?.turns ?? 1, group)
        this.#bottom = null
      }
    }
    if (origin !== ROOT && !this.#endsInModule()) {
      this.#note(origin !== null && isEnd(origin) ? NOT_SAMPLED : NOT_TRACED)
    } else if (ROOT.parent instanceof ForeignOrigin) this.#foreign(ROOT.parent, ROOT)
  }

  /** The first step beyond the pool's own is where the job was submitted. */
  asJob(): void {
    const task = this.#steps.find((step) => step.task !== null)?.task ?? null
    this.#steps.splice(0, countPoolFrames(this.#steps))
    const first = this.#steps[0]
    if (first !== undefined && first.site !== null) this.#steps[0] = { ...first, boundary: 'executor', task }
  }

  /** @param task what the other thread's innermost frame created in this one. */
  #foreign(from: ForeignOrigin, task: Origin): void {
    this.#handOnName(task)
    this.from = from
    if (from.path === null) {
      this.#note(NOT_TRACED)
      return
    }
    if (from.kind === 'executor') dropPoolFrames(this.#steps)
    if (!this.#readsForeign) return
    const path = from.path.read()
    if (path === null) {
      this.#note(NOT_TRACED)
      return
    }
    const { steps, root } = path
    const groups = this.#groups
    let crossing: Pick<Step, 'boundary' | 'task'> | null = { boundary: from.kind, task }
    for (const step of steps) {
      const group = step.group === 0 ? 0 : groups + step.group
      this.#groups = Math.max(this.#groups, group)
      this.#steps.push({ ...step, group, ...(step.site === null ? null : crossing) })
      if (step.site !== null) crossing = null
    }
    this.#root = root
  }

  trace(limit: number): AsyncTrace {
    const tasks = new Map<Origin | ForeignTask, Task>()
    const frames = foldRepeats(this.#steps.map((step) => this.#frame(step, tasks)))
    const shown = frames.length > limit ? [...frames.slice(0, limit), leftOut(frames.length - limit)] : frames
    const task = this.#root === null ? rootTask() : foreignTask(this.#root, null)
    const root = { ...frameAt(null, task.name), task, boundary: null, threadId: task.threadId, turns: 1, group: 0 }
    const all: PathFrame[] = [...shown, root]
    return Object.freeze({
      frames: Object.freeze(all.map(traceFrame)),
      currentTask: this.task(),
      inExecutor: this.from?.kind === 'executor' && this.from.path !== null,
    })
  }

  /** Null for the root, and where it is not known. */
  get currentTask(): Origin | null {
    const task = this.#steps.find((step) => step.task !== null)?.task
    return task instanceof Origin && task !== ROOT ? task : null
  }

  /** True where the path ends before the root. */
  get isOpenEnded(): boolean {
    const note = last(this.#steps)?.note
    return note === NOT_TRACED || note === NOT_SAMPLED
  }

  /** The task that the chain begins in, as data; null where that is not known. */
  task(): Task | null {
    const current = this.currentTask
    return current === null ? this.#rootOrNothing() : taskOf(current, this.#creator(current))
  }

  #add(step: Step): void {
    this.#steps[this.#steps.length] = step
  }

  #hop(hop: Hop, turns: number, group: number): void {
    if (hop.hasGap) this.#gap(turns, group)
    if (hop.own !== null) this.#resumed(hop.own)
    for (let i = 0; i < hop.sites.length; i++) {
      if (i === hop.boundaryAt) this.#cross(hop)
      this.#step(hop.sites[i] as Site, turns, group)
    }
    if (hop.boundaryAt >= hop.sites.length) this.#cross(hop)
  }

  #cross(hop: Hop): void {
    // Of several with no frame between, the innermost says how the code came to run.
    this.#boundary ??= hop.boundary
    this.#task ??= hop.task
    if (hop.task !== null) this.#handOnName(hop.task)
  }

  #handOnName(task: Origin): void {
    if (this.#givenName !== null && task !== ROOT && (task.task?.name ?? null) === null) nameTask(task, this.#givenName)
    this.#givenName = null
  }

  #step(site: Site, turns: number, group: number): void {
    if (site.isOwn || (site.isInternal && !this.#internals)) return
    this.#hasTask ||= this.#task !== null
    this.#isNameless = site.compiled?.isResumed === true
    this.#add({ site, note: null, boundary: this.#boundary, task: this.#task, threadId, turns, group })
    this.#boundary = null
    this.#task = null
    if (this.#internals) this.#helpers(site, turns, group)
  }

  /** What a compiler has put between. */
  #helpers({ compiled }: Site, turns: number, group: number): void {
    const places = compiled === undefined ? [] : slice(compiled.places, compiled.isRunning ? 1 : 0)
    for (let i = 0; i < places.length; i++) {
      const site = places[i] as Site
      this.#add({ site, note: null, boundary: null, task: null, threadId, turns, group })
    }
  }

  /** A compiled function goes on here: the stack of its call has its name. */
  #resumed(own: Site): void {
    const at = findLastIndex(this.#steps, ({ site }) => site?.compiled?.isResumed === true)
    const step = this.#steps[at]
    if (this.#isNameless && step?.site != null && own.compiled?.isResumed === false) {
      this.#steps[at] = { ...step, site: named(step.site, own) }
      this.#isNameless = false
    }
    if (this.#internals) this.#helpers(own, 1, 0)
  }

  #note(note: string): void {
    if (note === NOT_TRACED && last(this.#steps)?.note === NOT_TRACED) return
    this.#add({ site: null, note, boundary: null, task: null, threadId, turns: 1, group: 0 })
  }

  /** In a group that repeats, there is a gap in each turn. */
  #gap(turns: number, group: number): void {
    const before = last(this.#steps)
    if (before?.note === NOT_TRACED) {
      if (before.group === group) return
      // Two gaps in a row are one.
      if (before.group === 0) this.#steps.length--
    }
    this.#add({ site: null, note: NOT_TRACED, boundary: null, task: null, threadId, turns, group })
  }

  /** A module's top level is run by the program itself. */
  #endsInModule(): boolean {
    const last = findLast(this.#steps, (step) => step.site?.isInternal !== true)
    return last?.site?.isModule === true
  }

  #rootOrNothing(): Task | null {
    return this.#root === null && this.isOpenEnded ? null : rootTask()
  }

  #creator(task: Origin): Frame | null {
    const step = this.#steps.find((other) => other.task === task)
    return step?.site == null ? null : frameAt(step.site, '')
  }

  #frame(step: Step, tasks: Map<Origin | ForeignTask, Task>): PathFrame {
    const frame = frameAt(step.site, step.note ?? '')
    let task: Task | null = null
    if (step.task !== null) {
      task = tasks.get(step.task) ?? (step.task instanceof Origin ? taskOf : foreignTask)(step.task as never, frame)
      tasks.set(step.task, task)
    }
    const { boundary, turns, group } = step
    return { ...frame, task, boundary, threadId: step.threadId, turns, group }
  }
}

/** The site of a resumed function, with what is known of it from the stack of its call. */
function named(resumed: Site, { name, enclosingLine, enclosingColumn }: Site): Site {
  return { ...resumed, name, enclosingLine, enclosingColumn }
}

function leftOut(count: number): PathFrame {
  const note = `<${count} ${count === 1 ? 'frame' : 'frames'} left out>`
  return { ...frameAt(null, note), task: null, boundary: null, threadId, turns: 1, group: 0 }
}

function traceFrame(frame: PathFrame, indent: number): TraceFrame {
  const { name, filename, line, column, task, boundary, threadId, turns } = frame
  const isExecutor = boundary === 'executor'
  return Object.freeze({ name, filename, line, column, indent, task, boundary, isExecutor, threadId, repeated: turns })
}

/** Of a task that nobody recorded: where it was created is not known, and the path says why. */
export function unknownCreation(): readonly TraceFrame[] {
  const note = samplingRate() < 1 ? NOT_SAMPLED : NOT_TRACED
  return [traceFrame({ ...frameAt(null, note), task: null, boundary: null, threadId, turns: 1, group: 0 }, 0)]
}
