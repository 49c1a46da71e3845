import type { quietClock, sizesOfOutputFiles } from './quiet-clock.js'

/** Where what both threads share lies: counters, then the name of the running test. */
export const SLOTS = {
  activity: 0,
  /** 0 if nothing is asked; else how many times `quietMs` the run has been quiet. */
  request: 1,
  nameLength: 2,
  /** 1 while nothing is expected to happen. */
  resting: 3,
  counters: 4,
  nameAt: 16,
  bytes: 512,
} as const

export interface QuietThreadData {
  readonly slots: typeof SLOTS
  readonly buffer: SharedArrayBuffer
  readonly quietMs: number
  /** How often the watched thread looks for a request while its event loop turns. */
  readonly beatMs: number
  /** Evaluated in the watched thread: a text to print, '' if there is nothing to say, or null to ask again. */
  readonly blockedText: string
  /** The file that can read the stack of a thread from memory; null where there is none. */
  readonly memoryReader: string | null
}

/**
 * Runs in a worker thread: it is sent as text, so it may refer to nothing but its arguments. It sees that the run is quiet
 * by counters in shared memory. While the event loop of the watched thread turns, that thread prints by itself.
 * If it does not, V8's inspector interrupts it to ask for its stack (Node 20 to 26).
 */
export function watchFromThread(
  { buffer, slots, quietMs, beatMs, blockedText, memoryReader }: QuietThreadData,
  startClock: typeof quietClock,
  sizes: typeof sizesOfOutputFiles,
): void {
  const MOST_TRIES = 50
  const ANSWER_MS = 3_000
  const fs = process.getBuiltinModule('node:fs')
  const counters = new Int32Array(buffer, 0, slots.counters)
  const clock = startClock(
    quietMs,
    () => performance.now(),
    () => sizes(fs),
  )
  const activity = () => Atomics.load(counters, slots.activity)

  const print = (text: string): void => {
    try {
      fs.writeSync(2, `${text}\n`)
    } catch {
      // Nothing reads it.
    }
    clock.leaveOutOwnOutput()
  }
  const nativeText = (times: number): string => {
    const length = Atomics.load(counters, slots.nameLength)
    // A decoder does not read shared memory.
    const name = Buffer.from(new Uint8Array(buffer, slots.nameAt, length)).toString()
    const within = name === '' ? '' : `, in the test "${name}"`
    const seconds = Number(((times * quietMs) / 1000).toFixed(1))
    const stack = stackInMemory()
    const blocked =
      stack === null
        ? 'The event loop is blocked, and the thread cannot be interrupted: it is in native code or in a synchronous call ' +
          'such as execSync().'
        : `The event loop is blocked by native code, called by:\n${stack}`
    return `async-trace: no output and no test event for ${seconds} s${within}.\n${blocked}`
  }
  const stackInMemory = (): string | null => {
    if (memoryReader === null) return null
    try {
      const load = process.getBuiltinModule('node:module').createRequire(memoryReader)
      return (load(memoryReader) as { nativeStackText(pid: 'self'): string | null }).nativeStackText('self')
    } catch {
      return null
    }
  }
  const askBlocked = (times: number, done: (text: string | null) => void): void => {
    // Loaded when it is needed: most runs are never quiet.
    const { Session } = process.getBuiltinModule('node:inspector')
    const session = new Session()
    let isOver = false
    const finish = (text: string | null) => {
      if (isOver) return
      isOver = true
      clearTimeout(deadline)
      session.disconnect()
      done(text)
    }
    const deadline = setTimeout(() => finish(nativeText(times)), ANSWER_MS)
    const ask = (triesLeft: number) => {
      const expression = `${blockedText}(${times})`
      session.post('Runtime.evaluate', { expression, returnByValue: true, silent: true }, (error, answer) => {
        if (isOver) return
        const value: unknown = error === null ? answer.result.value : ''
        if (typeof value === 'string') finish(value)
        else if (triesLeft > 0) setTimeout(ask, 3, triesLeft - 1)
        else finish(null)
      })
    }
    try {
      session.connectToMainThread()
      ask(MOST_TRIES)
    } catch {
      finish('')
    }
  }
  /** Once the watched thread has had its time to answer. It may still do so as long as the request is open. */
  const checkAnswered = (request: number): void => {
    const close = () => Atomics.compareExchange(counters, slots.request, request, 0) === request
    if (Atomics.load(counters, slots.request) !== request) {
      // What the thread has printed by itself is no activity.
      clock.leaveOutOwnOutput()
      tick()
    } else if (clock.isActive(activity())) {
      close()
      tick()
    } else {
      askBlocked(request, (text) => {
        // Nothing of the program runs: the thread only has no time yet.
        if (text === null) return void setTimeout(checkAnswered, beatMs, request)
        if (close() && text !== '') print(text)
        tick()
      })
    }
  }
  const tick = (): void => {
    const times = clock.tick(activity(), Atomics.load(counters, slots.resting) === 1)
    if (times > 0) {
      Atomics.store(counters, slots.request, times)
      setTimeout(checkAnswered, beatMs * 2 + 1_000, times)
    } else setTimeout(tick, beatMs)
  }
  tick()
}
