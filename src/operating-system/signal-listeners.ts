import { closeSync, openSync } from 'node:fs'
import { readAt } from '../memory/elf.js'
import { addressOfStatic } from './static-variable.js'

/**
 * The signals that a Node.js process has listeners of its own for; null where that cannot be seen.
 *
 * From outside a listener's handler looks like Node's own. But libuv keeps its listeners in a static tree whose place
 * the executable's symbol table names (official builds, Node 20 to 26), and reading memory changes nothing. It needs
 * the right to trace the process: with yama's `ptrace_scope` 1 only root has it.
 */
export function signalsListenedTo(pid: number): ReadonlySet<number> | null {
  try {
    const address = addressOfStatic(pid, 'uv__signal_tree')
    return address === null ? null : readTree(pid, address)
  } catch {
    return null
  }
}

/** Of libuv's `uv_signal_t` on 64-bit Linux. Source: uv.h and uv/unix.h, libuv 1.46 to 1.52. */
const SIGNUM = 104
const LEFT = 112
const RIGHT = 120
const HANDLE_SIZE = 144
const MOST_HANDLES = 4_096

function readTree(pid: number, address: number): ReadonlySet<number> | null {
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  try {
    const signals = new Set<number>()
    const open = [Number(readAt(memory, address, 8).readBigUInt64LE(0))]
    let count = 0
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === 0) continue
      const handle = readAt(memory, at, HANDLE_SIZE)
      const signal = handle.readInt32LE(SIGNUM)
      // Not the structure that we know: nothing is claimed.
      if (signal < 1 || signal > 64 || ++count > MOST_HANDLES) return null
      signals.add(signal)
      open.push(Number(handle.readBigUInt64LE(LEFT)), Number(handle.readBigUInt64LE(RIGHT)))
    }
    return signals
  } finally {
    closeSync(memory)
  }
}
