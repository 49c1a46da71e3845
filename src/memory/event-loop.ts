import { counterpartsOf } from './native-objects.js'
import { isPointer, type Words } from './words.js'

/** What libuv's loop of a thread would wait for. */
export interface EventLoop {
  /** The objects of Node's whose handles are open and keep the loop alive: `TCP`, `Pipe`, `Process` … */
  readonly natives: readonly number[]
  /** How many operations are under way: of files, DNS, compression, connections, writes. */
  readonly requests: number
  /** When Node's next timer is due, in milliseconds of the system's monotonic clock; null if it has none. */
  readonly timerDueMs: number | null
  /** Worker threads, one or more, keep it alive. */
  readonly waitsForWorkers: boolean
}

/** Of `uv_loop_t` on 64-bit Linux. Source: uv.h, libuv 1.46 to 1.52. */
const QUEUE = 16
const REQUESTS = 32
export const LOOP_BYTES = 64
/** Of `uv_handle_t`, and of `uv_timer_t`. */
const LOOP = 8
const TYPE = 16
const LINK = 32
const FLAGS = 88
const DUE = 128
const IS_ACTIVE = 4
const IS_REFERENCED = 8
const ASYNC = 1
const CHECK = 2
const TIMER = 13
const LAST_TYPE = 17
const TIMER_BYTES = 152
/** So far behind its timer an environment of Node's has its other handles. */
const ENVIRONMENT_BYTES = 0x400
const MOST_HANDLES = 2 ** 20
/** Of Node's C++ object: V8's handle on the JavaScript object. */
const PERSISTENT = 8

/**
 * Reads the loop at an address. Null if what stands there is no loop: each handle names its loop, has a type that exists and
 * is linked in both directions.
 */
export function eventLoopAt(words: Words, loop: number): EventLoop | null {
  const natives: number[] = []
  let last = 0
  let environment = 0
  let waitsForWorkers = false
  let timerDueMs: number | null = null
  const end = loop + QUEUE
  let before = end
  for (let link = words.word(end), count = 0; link !== end; link = words.word(link), count++) {
    const handle = link - LINK
    const type = words.uint32(handle + TYPE)
    const isHandle = words.word(handle + LOOP) === loop && type >= 1 && type <= LAST_TYPE
    if (!isHandle || words.word(link + 8) !== before || count === MOST_HANDLES) return null
    before = link
    const flags = words.uint32(handle + FLAGS)
    const isActive = (flags & IS_ACTIVE) !== 0
    const keepsAlive = isActive && (flags & IS_REFERENCED) !== 0
    // Node's environment makes its timer and then the handles next to it; V8's tasks have timers as well.
    if (type === CHECK && last === handle - TIMER_BYTES) {
      environment = last
      if ((words.uint32(last + FLAGS) & IS_ACTIVE) !== 0) timerDueMs = words.word(last + DUE)
    }
    const isOfEnvironment = environment !== 0 && handle > environment && handle < environment + ENVIRONMENT_BYTES
    // By it the environment hears of other threads; it is referenced for those that the program waits for.
    if (type === ASYNC && isOfEnvironment) waitsForWorkers = keepsAlive
    last = type === TIMER ? handle : 0
    if (!keepsAlive) continue
    const native = nativeOf(words, words.word(handle))
    if (native !== null) natives.push(native)
  }
  const requests = words.uint32(loop + REQUESTS)
  return Number.isNaN(requests) ? null : { natives, requests, timerDueMs, waitsForWorkers }
}

/** Whether an object of Node's still has its counterpart in C++: an operation loses it when it ends. */
export function hasCounterpart(words: Words, native: number): boolean {
  return counterpartsOf(words, native).some((object) => nativeOf(words, object) === native)
}

/** The JavaScript object of one of Node's in C++, which knows it in turn; null for libuv's handles that Node has for itself. */
function nativeOf(words: Words, object: number): number | null {
  const native = words.word(words.word(object + PERSISTENT))
  return isPointer(native) && counterpartsOf(words, native).includes(object) ? native : null
}
