import type { GetBuiltin } from '../engine/read-resources.js'
import type { Timer } from '../model/resource.js'

/**
 * The functions of this file run inside the process that is asked: they are sent as text, so they may refer to
 * nothing but their arguments and what is given as `this`. They take no reference to the program's objects beyond
 * the call, call none of its functions, read no getter of its, and settle nothing.
 */

export function processId(getBuiltin: GetBuiltin): number {
  return getBuiltin<typeof import('node:process')>('process').pid
}

/** Without a `v`. */
export function nodeVersion(getBuiltin: GetBuiltin): string {
  return getBuiltin<typeof import('node:process')>('process').versions.node
}

export function processAbout(getBuiltin: GetBuiltin): { pid: number; args: readonly string[]; cwd: string } {
  const { pid, execPath, execArgv, argv, cwd } = getBuiltin<typeof import('node:process')>('process')
  return { pid, args: [execPath, ...execArgv, ...argv.slice(1)], cwd: cwd() }
}

export function heapBytesUsed(getBuiltin: GetBuiltin): number {
  return getBuiltin<typeof import('node:process')>('process').memoryUsage().heapUsed
}

/** What we hold in the process while we ask it. */
export interface Held {
  readonly promises: readonly Promise<unknown>[]
  readonly timers: readonly ActiveTimer[]
  readonly handles: readonly object[]
  readonly getBuiltin: GetBuiltin
  /** `performance.now()` of the process less the clock of its timers. */
  readonly clockOffsetMs: number
}

interface ActiveTimer {
  readonly _idleTimeout: number
  readonly _idleStart: number
  readonly _repeat: number | null
  readonly _destroyed?: boolean
}

/** The prototype of timers and their clock; null where it was asked amid Node's own code. */
export interface TimerClock {
  readonly prototype: object | null
  readonly clockOffsetMs: number | null
}

/**
 * Reads the clock of timers from one that is made for it and never runs. Not where the question has interrupted Node's
 * own code, which may have the lists of timers in hand: no timer of the broken list would ever fire again.
 */
export function timerClock(getBuiltin: GetBuiltin): TimerClock {
  const vm = getBuiltin<typeof import('node:vm')>('vm')
  // Another context's Error: the program's own Error.prepareStackTrace stays out of it.
  const source = `(() => {
    Error.stackTraceLimit = 20
    Error.prepareStackTrace = (_error, sites) => sites.map((site) => site.getScriptNameOrSourceURL() ?? '')
    return () => { const holder = {}; Error.captureStackTrace(holder); return holder.stack }
  })()`
  const capture = vm.runInNewContext(source, {}, { filename: 'async-trace' }) as () => string[] | string
  const scripts = capture()
  // V8's own text where it is amid the text of another stack.
  if (typeof scripts === 'string') return { prototype: null, clockOffsetMs: null }
  const interrupted = scripts.find((script) => script !== '' && script !== 'async-trace')
  if (interrupted?.startsWith('node:') === true) return { prototype: null, clockOffsetMs: null }
  const timers = getBuiltin<typeof import('node:timers')>('timers')
  const { performance } = getBuiltin<typeof import('node:perf_hooks')>('perf_hooks')
  const probe = timers.setTimeout(() => {}, 1_000_000)
  const clockOffsetMs = performance.now() - (probe as unknown as ActiveTimer)._idleStart
  timers.clearTimeout(probe)
  // The clock of timers stands while the event loop does not turn. It began some 15 ms before this mark (Node 20 to 26).
  const { nodeTiming } = performance as unknown as { nodeTiming?: { environment: number } }
  const latest = nodeTiming?.environment ?? clockOffsetMs
  return { prototype: Object.getPrototypeOf(probe) as object, clockOffsetMs: Math.min(clockOffsetMs, latest) }
}

export function hold(
  this: Held['promises'],
  timers: Held['timers'],
  getBuiltin: GetBuiltin,
  clockOffsetMs: number,
): Held {
  const lists = getBuiltin<unknown>('process') as Record<
    '_getActiveHandles' | '_getActiveRequests',
    (() => object[]) | undefined
  >
  const handles = [...(lists._getActiveHandles?.() ?? []), ...(lists._getActiveRequests?.() ?? [])]
  // One that has run or was cleared may still be held, and wakes nothing.
  const active = timers.filter(({ _destroyed, _idleTimeout }) => _destroyed === false && _idleTimeout >= 0)
  return { promises: this, timers: active, handles, getBuiltin, clockOffsetMs }
}

/** Where a function is suspended: V8's text of the frame, script, line, column; or a combinator's index. */
export type AwaitPlace = readonly [text: string, script: string, line: number, column: number, index: number] | null

/**
 * The first frame that V8 finds when it walks from each promise to who awaits it. Only for promises whose one
 * reaction is an `await` or a member of `Promise.all`, `allSettled` or `any`: there the first frame ends the walk,
 * which on other promises may never end (see docs/command.md).
 *
 * It runs in a context of its own whose microtasks are drained before the call returns, so that none of the
 * program's run. A promise whose species answers with an existing promise makes V8 walk from that one; the species
 * is a subclass's, since a property on the promise would slow down every promise of the process from then on.
 */
export function awaitPlaces(this: Held, indices: readonly number[]): AwaitPlace[] {
  const vm = this.getBuiltin<typeof import('node:vm')>('vm')
  const context = vm.createContext({}, { microtaskMode: 'afterEvaluate' })
  const source = `(() => {
    let from, depth = 0, found = []
    class Probe extends Promise {
      static get [Symbol.species]() {
        return function (executor) { executor(() => {}, () => {}); return from }
      }
    }
    const settled = Promise.resolve(), then = Promise.prototype.then, nothing = () => {}
    Error.prepareStackTrace = (_error, sites) => sites
    const sites = () => {
      const holder = {}
      Error.captureStackTrace(holder)
      return holder.stack
    }
    const measure = () => {
      depth = sites().length
      Error.stackTraceLimit = depth + 1
    }
    const look = () => {
      const frames = sites(), frame = frames[depth]
      found.push(frames.length !== depth + 1 ? null : [
        String(frame), frame.getScriptNameOrSourceURL() ?? '', frame.getLineNumber() ?? 0, frame.getColumnNumber() ?? 0,
        frame.getPromiseIndex?.() ?? -1,
      ])
    }
    Error.stackTraceLimit = 1000
    then.call(settled, measure)
    return {
      arm(promise) {
        from = promise
        then.call(Object.setPrototypeOf(then.call(settled, look), Probe.prototype), nothing)
      },
      found,
    }
  })()`
  type Probe = { arm(promise: Promise<unknown>): void; found: AwaitPlace[] }
  const probe = vm.runInContext(source, context, { filename: 'async-trace' }) as Probe
  for (const index of indices) {
    const promise = this.promises[index]
    if (promise !== undefined) probe.arm(promise)
  }
  vm.runInContext('0', context)
  return probe.found
}

export function timerFacts(this: Held, indices: readonly number[]): Timer[] {
  const { performance } = this.getBuiltin<typeof import('node:perf_hooks')>('perf_hooks')
  const now = performance.now() - this.clockOffsetMs
  return indices.map((index) => {
    const timer = this.timers[index]
    const delayMs = timer === undefined ? null : timer._idleTimeout
    const remainingMs = Math.max(0, Math.round((timer?._idleStart ?? 0) + (delayMs ?? 0) - now))
    return { kind: 'timer', delayMs, remainingMs, repeats: timer?._repeat != null }
  })
}

/** The timers that keep the event loop alive, the next first. */
export function timersAlive(this: Held): number[] {
  type Timer = ActiveTimer & { hasRef?(): boolean }
  const dueAt = ({ _idleStart, _idleTimeout }: ActiveTimer) => _idleStart + _idleTimeout
  return (this.timers as readonly Timer[])
    .map((timer, index) => ({ timer, index }))
    .filter(({ timer }) => timer.hasRef?.() === true)
    .sort((a, b) => dueAt(a.timer) - dueAt(b.timer))
    .map(({ index }) => index)
}

export function timerCallback(this: Held, index: number): unknown {
  return (this.timers[index] as { _onTimeout?: unknown } | undefined)?._onTimeout ?? (() => {})
}

export function workerPrototype(getBuiltin: GetBuiltin): object {
  return getBuiltin<typeof import('node:worker_threads')>('worker_threads').Worker.prototype
}

/** Of all `Worker` objects, those that have not ended: Node lists them nowhere. */
export function workersAlive(this: readonly object[]): { threadId: number | null; keepsAlive: boolean }[] {
  type Handle = { threadId?: number; hasRef?(): boolean } | null | undefined
  return this.flatMap((worker) => {
    const symbol = Object.getOwnPropertySymbols(worker).find(({ description }) => description === 'kHandle')
    const handle = symbol && (Object.getOwnPropertyDescriptor(worker, symbol)?.value as Handle)
    return handle ? [{ threadId: handle.threadId ?? null, keepsAlive: handle.hasRef?.() === true }] : []
  })
}

export function alone(this: object): readonly object[] {
  return [this]
}

/** @param indices null for all. */
export function activeHandles(this: Held, indices: readonly number[] | null): readonly (object | undefined)[] {
  return indices === null ? this.handles : indices.map((index) => this.handles[index])
}

/** Of HTTP requests by their sockets: the function `next` that a router has put there; a number for none. */
export function requestNexts(this: Held, indices: readonly number[]): unknown[] {
  const own = (object: unknown, name: string): unknown =>
    typeof object === 'object' && object !== null ? Object.getOwnPropertyDescriptor(object, name)?.value : undefined
  return indices.map((index) => {
    const next = own(own(own(this.handles[index], '_httpMessage'), 'req'), 'next')
    return typeof next === 'function' ? next : 0
  })
}

/** V8's text of a frame, script, line, column, whether it is a module's top level, and the hash of the script's text. */
export type StackPlace = readonly [
  text: string,
  script: string,
  line: number,
  column: number,
  isModule: boolean,
  hash: string,
]

/**
 * The synchronous stack of what the evaluation has interrupted, with the async functions that await it; null where that
 * was V8's work on the text of another stack, amid which it gives no places.
 */
export function runningStack(getBuiltin: GetBuiltin): StackPlace[] | null {
  const vm = getBuiltin<typeof import('node:vm')>('vm')
  // Another context's Error: the program's own Error.prepareStackTrace stays out of it.
  const source = `(() => {
    Error.stackTraceLimit = 200
    Error.prepareStackTrace = (_error, sites) => sites.map((site) => [
      String(site), site.getScriptNameOrSourceURL() ?? '', site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0,
      !site.getFunctionName() && site.getEnclosingLineNumber() === 1 && site.getEnclosingColumnNumber() === 1,
      site.getScriptHash(),
    ])
    return () => { const holder = {}; Error.captureStackTrace(holder); return holder.stack }
  })()`
  const capture = vm.runInNewContext(source, {}, { filename: 'async-trace' }) as () => StackPlace[] | string
  const places = capture()
  return typeof places === 'string' ? null : places
}

/**
 * Settles when the event loop has turned: what interrupts a running function says nothing of that. The immediate is set
 * from a microtask, as the interruption may be amid Node's own code, which has its lists of them in hand.
 */
export async function loopTurns(getBuiltin: GetBuiltin): Promise<boolean> {
  const timers = getBuiltin<typeof import('node:timers')>('timers')
  await undefined
  // The one that `await` uses, also if the program has put another class in the place of `Promise`.
  const NativePromise = (async () => {})().constructor as PromiseConstructor
  return new NativePromise<boolean>((resolve) => {
    timers.setImmediate(() => resolve(true))
  })
}

/**
 * A heap snapshot as text, in pieces that can be had one by one: the protocol's own snapshot waits for the event loop
 * (Node 22 and later). Node's stream of it has the whole snapshot pushed within one `_read`, and no file ever holds it.
 * Seen on Node 20 to 26.
 */
export function heapPieces(getBuiltin: GetBuiltin): Buffer[] {
  const pieces: Buffer[] = []
  const stream = getBuiltin<typeof import('node:v8')>('v8').getHeapSnapshot()
  stream.push = (piece: Buffer | null) => {
    if (piece !== null) pieces.push(piece)
    // At the end Node asks its stream for more, which would have the snapshot written a second time.
    else stream._read = () => {}
    return true
  }
  // Not destroyed: that would put a tick into the program's queue. Nobody holds the stream beyond this call.
  stream._read(0)
  return pieces
}

/** Part of one piece, null behind the last piece. All of it is ASCII. */
export function heapPiece(this: Buffer[], index: number, start: number, length: number): string | null {
  return this[index]?.toString('latin1', start, start + length) ?? null
}
