import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { MemoryError } from './process-memory.js'
import { STAT, statFieldsOf } from './process-stat.js'
import { isRunning, runTimes } from './run-times.js'

/** What a read says, and how long the process stood still for it. */
export interface QuietRead<T> {
  readonly value: T
  /** 0 where the process had nothing to do meanwhile. */
  readonly pauseMs: number
}

const TRIES = 4
const BETWEEN_TRIES_MS = 20
const GLANCE_MS = 2
const BETWEEN_LOOKS_MS = 20
const STOP_MS = 1_000

/** When the process was stopped for too long: what was read until then is not used. */
export class PauseError extends MemoryError {}

/** When the process was never at rest, and may not be stopped: it was tried often enough. */
export class RestlessError extends MemoryError {}

/** What a read asks now and then: whether the process still stands still, and may. */
export interface Stillness {
  /** @throws {MemoryError} once what is read no longer counts. */
  check(): void
}

export type Read<T> = (still: Stillness) => T

/** How long a process may stand still so that it can be read. */
export interface PauseLimit {
  /** Asked of a process that is never at rest; 0 for not at all. @throws {RestlessError} that says why not. */
  mostMs(): number | Promise<number>
  /** How long it will probably stand still. */
  estimateMs(): number
}

/**
 * Reads a process's memory while none of its threads runs. An idle process is read as it is: the kernel counts how
 * long each thread has run, and what was read counts only if no count has changed. A busy one is stopped for the time
 * of the read, if that is allowed.
 *
 * @throws {MemoryError} if it cannot be read so, and whatever `read` throws.
 */
export async function readQuietly<T>(pid: number, limit: PauseLimit, read: Read<T>): Promise<QuietRead<T>> {
  if (isStopped(pid)) return { value: read({ check() {} }), pauseMs: 0 }
  for (let count = 0; count < TRIES; count++) {
    if (count > 0) await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS))
    const first = runTimes(pid)
    await new Promise((resolve) => setTimeout(resolve, GLANCE_MS))
    const before = runTimes(pid)
    // It is running: what would be read now would not count.
    if (before !== first || isRunning(before)) continue
    let value: T
    try {
      value = readWhile(read, checkOfRest(pid, before))
    } catch (error) {
      if (runTimes(pid) === before) throw error
      continue
    }
    if (runTimes(pid) === before) return { value, pauseMs: 0 }
  }
  const mostMs = await limit.mostMs()
  if (mostMs === 0)
    throw new RestlessError('it never stood still long enough to be read, and may not be stopped (--no-pause)')
  const estimateMs = limit.estimateMs()
  if (estimateMs > mostMs) {
    throw new PauseError(
      `it is busy, and would be stopped for about ${seconds(estimateMs)} to be read: --pause ${Math.ceil(estimateMs / 500)} allows it`,
    )
  }
  const foreground = foregroundJobOf(pid)
  if (foreground)
    throw new MemoryError('it runs in the foreground of a shell, which would take a short stop for Ctrl-Z')
  return readStopped(pid, mostMs, read)
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

function timeOver(): PauseError {
  return new PauseError('it could not be read in the time that it may be stopped for: --pause SECONDS allows more')
}

/** What was copied is looked at when the process may have gone on: then nothing is checked any more. */
function readWhile<T>(read: Read<T>, check: () => void): T {
  let isReading = true
  try {
    return read({
      check() {
        if (isReading) check()
      },
    })
  } finally {
    isReading = false
  }
}

/** Of a process that has nothing to do. */
function checkOfRest(pid: number, before: string): () => void {
  let nextLookMs = performance.now() + BETWEEN_LOOKS_MS
  return () => {
    if (performance.now() < nextLookMs) return
    if (runTimes(pid) !== before) throw new MemoryError('it ran while it was read')
    nextLookMs = performance.now() + BETWEEN_LOOKS_MS
  }
}

async function readStopped<T>(pid: number, mostMs: number, read: Read<T>): Promise<QuietRead<T>> {
  const endGuard = await startGuard(pid, mostMs)
  const startedAt = performance.now()
  const deadlineMs = startedAt + mostMs
  const check = () => {
    if (performance.now() > deadlineMs) throw timeOver()
  }
  const goOn = () => {
    try {
      process.kill(pid, 'SIGCONT')
    } catch {
      // It has ended.
    }
  }
  const endBy = (signal: NodeJS.Signals) => {
    goOn()
    process.removeListener(signal, endBy)
    process.kill(process.pid, signal)
  }
  process.on('exit', goOn)
  for (const signal of ENDING) process.on(signal, endBy)
  try {
    process.kill(pid, 'SIGSTOP')
    const endsAt = Math.min(performance.now() + STOP_MS, deadlineMs)
    while (!isStopped(pid)) {
      if (performance.now() > endsAt) throw new MemoryError('it does not stop: a thread of it is in the kernel')
    }
    const value = readWhile(read, check)
    // The other process may have let it go on, whose clock began a little earlier.
    if (!isStopped(pid)) throw timeOver()
    return { value, pauseMs: performance.now() - startedAt }
  } finally {
    goOn()
    process.removeListener('exit', goOn)
    for (const signal of ENDING) process.removeListener(signal, endBy)
    endGuard()
  }
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Waits for its input to end, or for the time to be over; `kill 0` ends its own group. */
const GUARD = 'echo; { sleep "$1"; kill -CONT "$0"; } 2>/dev/null & read -r _; kill -CONT "$0" 2>/dev/null; kill -9 0'

/**
 * Another process, which lets the stopped one go on when it has stood still for long enough, or if this one is killed: its
 * input ends with us. It is in a group of its own, so that Ctrl-C does not end it first.
 *
 * @returns ends it.
 */
async function startGuard(pid: number, mostMs: number): Promise<() => void> {
  const args = ['-c', GUARD, String(pid), String(mostMs / 1_000)]
  const guard = spawn('/bin/sh', args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true })
  await new Promise<void>((resolve, reject) => {
    const fail = () => reject(new MemoryError('it is not stopped without a shell (/bin/sh) that would let it go on'))
    guard.once('error', fail)
    guard.once('exit', fail)
    guard.stdout.once('data', () => resolve())
  })
  guard.removeAllListeners('exit')
  guard.unref()
  return () => {
    try {
      process.kill(-(guard.pid as number), 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
}

/** Whether every thread of a process is stopped. */
export function isStopped(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) => {
    try {
      const state = statFieldsOf(`/proc/${pid}/task/${thread}`)[STAT.state] ?? ''
      return /^[TtZX]$/.test(state)
    } catch {
      return true
    }
  })
}

/** Whether a shell waits for the process in the foreground of a terminal. */
function foregroundJobOf(pid: number): boolean {
  const fields = statFieldsOf(`/proc/${pid}`)
  const isInForeground = fields[STAT.group] === fields[STAT.foregroundGroup]
  return fields[STAT.terminal] !== '0' && isInForeground && fields[STAT.session] !== String(pid)
}
