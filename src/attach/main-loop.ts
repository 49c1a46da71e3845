import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { readAt } from '../memory/elf.js'
import { isComputing } from '../memory/run-times.js'
import { operatingSystem } from '../operating-system/present-system.js'
import { addressOfStatic, MAIN_LOOP } from '../operating-system/static-variable.js'

/**
 * What the main thread is doing, as seen from outside. `turns`: its event loop waits for events, or has handled some. `blocked`: it waits
 * in native code, as in `spawnSync` or `Atomics.wait`. `computes`: it runs code, or would if it had a processor. `unknown`: that cannot
 * be seen.
 */
export type LoopState = 'turns' | 'blocked' | 'computes' | 'unknown'

/** A callback rarely takes longer. */
const LOOK_MS = 400
const BETWEEN_LOOKS_MS = 10

/**
 * Looks at the main thread of a Node.js process without asking it. It needs the right to read the process's memory, and an executable
 * that names its variables; libuv's loop counts its turns (libuv 1.46 to 1.52).
 */
export async function loopStateOf(pid: number): Promise<LoopState> {
  if (!operatingSystem().readsMemory) return 'unknown'
  let memory: number | null = null
  try {
    const loop = addressOfStatic(pid, MAIN_LOOP)
    if (loop === null) return 'unknown'
    memory = openSync(`/proc/${pid}/mem`, 'r')
    return await watchLoop(pid, memory, loop)
  } catch {
    return 'unknown'
  } finally {
    if (memory !== null) closeSync(memory)
  }
}

/** Whether the main thread runs code and does not come to its event loop. False if that cannot be seen. */
export async function doesCompute(pid: number): Promise<boolean> {
  try {
    const state = await loopStateOf(pid)
    return state === 'computes' || (state === 'unknown' && (await isComputing(pid)))
  } catch {
    return false
  }
}

async function watchLoop(pid: number, memory: number, loop: number): Promise<LoopState> {
  const turns = turnsOf(memory, loop)
  const descriptor = readAt(memory, loop + BACKEND, 4).readInt32LE(0)
  let looks = 0
  let waits = 0
  for (const endsAt = performance.now() + LOOK_MS; performance.now() < endsAt; looks++) {
    const call = systemCallOf(pid, pid)
    // It waits for events of its own loop. `spawnSync` waits in a loop that it makes for itself.
    if (call?.isPoll === true && call.descriptor === descriptor) return 'turns'
    if (call !== null) waits++
    await sleep(BETWEEN_LOOKS_MS)
    if (turnsOf(memory, loop) !== turns) return 'turns'
  }
  return waits > looks / 2 ? 'blocked' : 'computes'
}

/** Of libuv's `uv_loop_t` and its internal fields on 64-bit Linux. Source: uv.h, uv/unix.h and uv-common.h, libuv 1.46 to 1.52. */
const INTERNAL_FIELDS = 40
const BACKEND = 64
const LOOP_COUNT = 8

function turnsOf(memory: number, loop: number): bigint {
  const fields = Number(readAt(memory, loop + INTERNAL_FIELDS, 8).readBigUInt64LE(0))
  return readAt(memory, fields + LOOP_COUNT, 8).readBigUInt64LE(0)
}

/** `epoll_wait` and `epoll_pwait`, by the processor's numbers of system calls. */
const POLLS: ReadonlySet<number> = new Set(process.arch === 'arm64' ? [22] : [232, 281])

/** The main thread and V8's timers for its own threads have an event loop each, besides the workers (Node 20 to 26). */
const LOOPS_BESIDES = 2

/** Whether all of a process's workers wait for events. Which of its threads are workers is not seen from outside. */
export function doWorkersTurn(pid: number, workers: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const polling = threads.filter((thread) => systemCallOf(pid, Number(thread))?.isPoll === true)
    return polling.length >= workers + LOOPS_BESIDES
  } catch {
    return true
  }
}

/** The system call in which a thread waits; null if it runs. Source: proc_pid_syscall(5). */
function systemCallOf(pid: number, thread: number): { readonly isPoll: boolean; readonly descriptor: number } | null {
  const [number = '', first = ''] = readFileSync(`/proc/${pid}/task/${thread}/syscall`, 'latin1').split(' ')
  if (!/^\d+$/.test(number)) return null
  return { isPoll: POLLS.has(Number(number)), descriptor: Number(first) }
}
