import { type ChildProcess, execFile } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { readFileSync, writeSync } from 'node:fs'
import { durationText } from '../model/duration-text.js'
import { type QuietClock, quietClock } from './quiet-clock.js'
import { beatMsOf } from './quiet-limit.js'

/** Set for the processes that are watched, to the number of the process that watches them. */
const WATCHER = 'ASYNC_TRACE_WATCHER'

/** How much longer than its limit a process may be silent: if its event loop turns, it prints by itself. */
const MARGIN_MS = 2_000

interface Watched {
  readonly child: ChildProcess
  readonly clock: QuietClock
  /** Bytes that it has printed because of us. */
  ownBytes: number
}

/**
 * For the process of a test runner that runs no tests itself and starts a process for each file. It watches them from
 * outside: one whose event loop is blocked is asked for its stack. A thread in each of them would cost more than many a test.
 */
class TestProcesses {
  readonly #quietMs: number
  readonly #program: string
  readonly #watched = new Set<Watched>()
  readonly #asking = new Set<ChildProcess>()
  #isAsking = false

  /** @param program a file, built from attach/blocked-process.ts. */
  constructor(quietMs: number, program: string) {
    this.#quietMs = quietMs
    this.#program = program
    subscribe('child_process', (message) => this.#add((message as { process: ChildProcess }).process))
    setInterval(() => this.#look(), beatMsOf(quietMs)).unref()
  }

  #add(child: ChildProcess): void {
    if (this.#isAsking) return
    const now = performance.now.bind(performance)
    const watched: Watched = { child, clock: quietClock(this.#quietMs, now, () => ''), ownBytes: 0 }
    this.#watched.add(watched)
    child.once('exit', () => this.#watched.delete(watched))
  }

  #look(): void {
    for (const each of this.#watched) {
      const { child, clock } = each
      if (child.pid === undefined || this.#asking.has(child)) continue
      const times = clock.tick(bytesOf(child) - each.ownBytes, false)
      if (times > 0) this.#askSoon(each, times)
    }
  }

  #askSoon(each: Watched, times: number): void {
    const { child } = each
    this.#asking.add(child)
    const before = bytesOf(child)
    const ranBefore = mainThreadOf(child)
    const askIfBlocked = () => {
      const ran = mainThreadOf(child)
      const isActive = bytesOf(child) !== before
      if (isActive || ran === null || ranBefore === null || !isBlocked(ranBefore, ran)) {
        this.#asking.delete(child)
        return
      }
      this.#ask(child, times, (text) => {
        if (text !== '') say(text)
        // Node.js says that its inspector was opened.
        each.ownBytes += bytesOf(child) - before
        this.#asking.delete(child)
      })
    }
    setTimeout(askIfBlocked, MARGIN_MS).unref()
  }

  #ask(child: ChildProcess, times: number, done: (text: string) => void): void {
    const { NODE_OPTIONS, NODE_TEST_CONTEXT, ...env } = process.env
    this.#isAsking = true
    try {
      const args = [this.#program, String(child.pid), String(times)]
      execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
        done(error === null ? stdout : this.#textOfNative(child, times, { stack: stdout, why: stderr }))
      })
    } finally {
      this.#isAsking = false
    }
  }

  /** @param told.stack of native code; empty if it is not known, and then there may be a reason `why`. */
  #textOfNative(child: ChildProcess, times: number, { stack, why }: { stack: string; why: string }): string {
    const silent = `async-trace: no output and no test event for ${durationText(times * this.#quietMs)}`
    const heading = `${silent}, in process ${child.pid} (${child.spawnargs.at(-1)}).\n`
    if (stack !== '') return `${heading}The event loop is blocked by native code, called by:\n${stack}`
    return (
      heading +
      'The event loop is blocked, and there is no answer: the thread is in native code or in a synchronous call such as ' +
      `execSync(), or its inspector cannot be opened.${why === '' ? '' : `\n(${why})`}`
    )
  }
}

/** What Linux counts of a main thread. */
interface RunTimes {
  readonly cpuMs: number
  /** How often it has waited. */
  readonly waits: number
  readonly atMs: number
}

const MS_PER_TICK = 10
/** In `/proc/PID/task/TID/stat`, behind the name: user time; system time follows. Source: proc_pid_stat(5) */
const USER_TIME_AT = 11

/** Null for a process that has ended. */
function mainThreadOf({ pid }: ChildProcess): RunTimes | null {
  try {
    const task = `/proc/${pid}/task/${pid}`
    const stat = readFileSync(`${task}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(fields[USER_TIME_AT]) + Number(fields[USER_TIME_AT + 1])
    const waits = Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(readFileSync(`${task}/status`, 'utf8'))?.[1])
    return { cpuMs: ticks * MS_PER_TICK, waits, atMs: performance.now() }
  } catch {
    return null
  }
}

/** An event loop that turns waits at least once between two beats of the watch, and a quiet one needs little processor time. */
function isBlocked(before: RunTimes, after: RunTimes): boolean {
  const isBusy = after.cpuMs - before.cpuMs > MUCH * (after.atMs - before.atMs)
  return isBusy || after.waits === before.waits
}

/** On a machine with too few processors, a busy thread gets a part of one. */
const MUCH = 0.1

function bytesOf({ stdout, stderr }: ChildProcess): number {
  return bytesRead(stdout) + bytesRead(stderr)
}

function bytesRead(stream: object | null): number {
  return (stream as { bytesRead?: number } | null)?.bytesRead ?? 0
}

function say(text: string): void {
  try {
    writeSync(2, `${text}\n`)
  } catch {
    // Nothing reads it.
  }
}

/** Other processes are asked as the command does it, by what Linux tells of them. */
export function watchTestProcesses(quietMs: number, program: string): void {
  if (quietMs === 0 || process.platform !== 'linux') return
  process.env[WATCHER] = String(process.pid)
  new TestProcesses(quietMs, program)
}

/** Whether the process that has started this one watches it. The program does not see that. */
export function isWatchedByParent(): boolean {
  const isWatched = process.env[WATCHER] === String(process.ppid)
  if (isWatched) delete process.env[WATCHER]
  return isWatched
}
