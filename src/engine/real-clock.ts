import { performance as nodePerformance } from 'node:perf_hooks'
import timers from 'node:timers'
import { isMainThread } from 'node:worker_threads'
import { liveSites } from './call-sites.js'
import { ownValue } from './own-value.js'
import { apply, getPrototypeOf, isFiniteNumber, max, min } from './primordials.js'

/**
 * Time, and a timer, that a test's fake clock does not move: a fake clock would run the timer as one of the test's
 * own, or wait for it for ever. What was there when this was loaded is kept. If that was a fake already
 * (@sinonjs/fake-timers, which jest and vitest use, or `mock.timers` of node:test), a socket's timeout stands in,
 * which Node times by itself (20 to 26).
 */
const { setTimeout: startTimer, clearTimeout: stopTimer } = timers
const realNow = performance.now.bind(performance)
const probe: object = startTimer(() => {}, 1)
stopTimer(probe as NodeJS.Timeout)
const isFaked = timerStart(probe) === null

const uptimeSeconds = process.uptime.bind(process)
/** Milliseconds since the process began. */
export const now: () => number = isFaked ? () => uptimeSeconds() * 1000 : realNow

/** Of `now()`: when Node was ready for the first code of the program, or of the worker. On a busy machine that takes seconds. */
export const readyMs: number = max(0, nodePerformance.nodeTiming.bootstrapComplete)

const { refresh: refreshTimer, unref: unrefTimer } = probe as NodeJS.Timeout

const { timeOrigin } = performance

/** Milliseconds since 1970, of this process's clock. */
export function epochMs(): number {
  return timeOrigin + realNow()
}

/**
 * Calls back again and again, and does not keep the process alive. One timer is used for all turns: to a listener of
 * `async_hooks`, each new one would be an `init` that the program has not caused.
 *
 * @param callback returns after how many milliseconds it is to be called again. It must not throw.
 * @returns what stops it.
 */
export function callRepeatedly(callback: () => number, delayMs: number): () => void {
  if (isFaked) return callBySocket(callback, delayMs)
  let isStopped = false
  const timer = startTimer(() => {
    const nextMs = callback()
    if (isStopped) return
    ;(timer as unknown as { _idleTimeout: number })._idleTimeout = nextMs
    apply(refreshTimer, timer, [])
  }, delayMs)
  apply(unrefTimer, timer, [])
  return () => {
    isStopped = true
    stopTimer(timer)
  }
}

/** A socket for each turn: to set one's timeout again calls `clearTimeout`, which is a fake. */
function callBySocket(callback: () => number, delayMs: number): () => void {
  const { Socket } = process.getBuiltinModule('node:net')
  let stop = () => {}
  const wait = (ms: number) => {
    const socket = new Socket().setTimeout(ms, turn)
    stop = () => socket.off('timeout', turn)
  }
  const turn = () => wait(callback())
  wait(delayMs)
  return () => stop()
}

/** Of Node's timers; null where they were faked before. */
export const timerPrototype: object | null = isFaked ? null : (getPrototypeOf(probe) as object)

/** `realNow()` less the time of Node's timers, which stands still while code runs: the least seen. */
let leadMs = realNow() - (timerStart(probe) ?? Number.NEGATIVE_INFINITY)

/** In ms; 0 where it is not known. */
export function clockLeadMs(): number {
  return isFiniteNumber(leadMs) ? leadMs : 0
}

/** What has Node's lists of timers in hand while it runs (Node 20 to 26). */
const TIMER_SCRIPTS: ReadonlySet<string | null> = new Set([
  'node:timers',
  'node:internal/timers',
  'node:internal/linkedlist',
  'node:internal/priority_queue',
])

/**
 * For a dump of many timers, once. Who asks from outside comes amid whatever runs, Node's timers too: none may be set
 * then, as one would break their lists.
 */
export function calibrateClock(): void {
  if (!isMainThread || TIMER_SCRIPTS.has(liveSites()[0]?.script ?? null)) return
  const timer = startTimer(() => {}, 1)
  stopTimer(timer)
  leadMs = min(leadMs, realNow() - (timerStart(timer) ?? Number.NEGATIVE_INFINITY))
}

/** When a timer was set last, in Node's time (Node 20 to 26); null where it is none of Node's. */
export function timerStart(timer: object): number | null {
  const startedMs: unknown = ownValue(timer, '_idleStart')
  return typeof startedMs === 'number' ? startedMs : null
}
