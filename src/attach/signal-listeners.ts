import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

/**
 * The signals that a Node.js process has listeners of its own for; null where that cannot be seen.
 *
 * From outside a listener's handler looks like Node's own. But libuv keeps its listeners in a static tree whose place
 * the executable's symbol table names (official builds, Node 20 to 26), and reading memory changes nothing. It needs
 * the right to trace the process: with yama's `ptrace_scope` 1 only root has it.
 */
export function signalsListenedTo(pid: number): ReadonlySet<number> | null {
  try {
    const address = addressOfTree(pid)
    return address === null ? null : readTree(pid, address)
  } catch {
    return null
  }
}

const SYMBOL = /^uv__signal_tree(\.\d+|\.lto_priv\.\d+)*$/
const SYMBOL_TABLE = 2
const POSITION_INDEPENDENT = 3

/** Source: elf(5). */
function addressOfTree(pid: number): number | null {
  const file = openSync(`/proc/${pid}/exe`, 'r')
  try {
    const head = read(file, 0, 64)
    const is64BitLittleEndian = head.readUInt32BE(0) === 0x7f454c46 && head[4] === 2 && head[5] === 1
    if (!is64BitLittleEndian) return null
    const size = head.readUInt16LE(58)
    const sections = read(file, Number(head.readBigUInt64LE(40)), size * head.readUInt16LE(60))
    for (let at = 0; at + size <= sections.length; at += size) {
      if (sections.readUInt32LE(at + 4) !== SYMBOL_TABLE) continue
      const names = sectionOf(file, sections, sections.readUInt32LE(at + 40) * size)
      const value = valueOfSymbol(sectionOf(file, sections, at), names)
      if (value === null) return null
      return head.readUInt16LE(16) === POSITION_INDEPENDENT ? value + baseOf(pid) : value
    }
    return null
  } finally {
    closeSync(file)
  }
}

function sectionOf(file: number, sections: Buffer, at: number): Buffer {
  return read(file, Number(sections.readBigUInt64LE(at + 24)), Number(sections.readBigUInt64LE(at + 32)))
}

const SYMBOL_SIZE = 24

function valueOfSymbol(symbols: Buffer, names: Buffer): number | null {
  const wanted = names.indexOf('\0uv__signal_tree') + 1
  if (wanted === 0) return null
  for (let at = 0; at + SYMBOL_SIZE <= symbols.length; at += SYMBOL_SIZE) {
    const name = symbols.readUInt32LE(at)
    if (name !== wanted) continue
    if (!SYMBOL.test(names.toString('latin1', name, names.indexOf(0, name)))) continue
    return Number(symbols.readBigUInt64LE(at + 8))
  }
  return null
}

function baseOf(pid: number): number {
  return Number.parseInt(readFileSync(`/proc/${pid}/maps`, 'latin1').split('-')[0] ?? '', 16)
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
    const open = [Number(read(memory, address, 8).readBigUInt64LE(0))]
    let count = 0
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === 0) continue
      const handle = read(memory, at, HANDLE_SIZE)
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

function read(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let done = 0; done < length; ) {
    const got = readSync(file, bytes, done, length - done, position + done)
    if (got === 0) throw new Error('cut off')
    done += got
  }
  return bytes
}
