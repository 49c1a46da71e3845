import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { HoldingProcess } from '../model/resource.js'
import { addressesIn, type SocketAddresses } from './tcp-table.js'

/** What is told of the file descriptors of a process. */
export interface Descriptors {
  /** Null for what is no socket of the network, and if it cannot be told. */
  addressesOf(descriptor: number): SocketAddresses | null
  /** Of a pipe to a child process: the processes that have its other end; empty if that cannot be told. */
  holdersOf(descriptor: number): readonly HoldingProcess[]
}

/** Of a process that is gone. */
export const NO_DESCRIPTORS: Descriptors = { addressesOf: () => null, holdersOf: () => [] }

export function descriptorsOf(pid: number | 'self'): Descriptors {
  return { addressesOf: addressesIn(pid), holdersOf: (descriptor) => holdersOfPipe(pid, descriptor) }
}

/** The processes that have the other end of any of some pipes. */
export function holdersOfAll({ holdersOf }: Descriptors, descriptors: readonly number[]): readonly HoldingProcess[] {
  const found = new Map(descriptors.flatMap(holdersOf).map((each) => [each.pid, each]))
  return [...found.values()].sort((a, b) => a.pid - b.pid)
}

/** The kernel gives each processor so many numbers of sockets at a time. Source: get_next_ino() in fs/inode.c (Linux 5 and 6). */
const NUMBERS_AT_A_TIME = 1024
const MOST_PROCESSES = 5_000

/**
 * Node.js makes a pipe to a child process as a pair of sockets (libuv 1.46 to 1.52), and keeps the first. The kernel does not list
 * which sockets are a pair, but the two have been numbered one after the other.
 */
function holdersOfPipe(pid: number | 'self', descriptor: number): readonly HoldingProcess[] {
  try {
    const own = inodeOf(readlinkSync(`/proc/${pid}/fd/${descriptor}`))
    if (own === null || own % NUMBERS_AT_A_TIME === 0) return []
    const pairs = unnamedPairs(pid)
    if (!pairs.has(own) || !pairs.has(own + 1)) return []
    const self = pid === 'self' ? process.pid : pid
    return processes().flatMap((each) => {
      return each !== self && hasOpen(each, own + 1) ? [{ pid: each, command: commandOf(each) }] : []
    })
  } catch {
    return []
  }
}

function inodeOf(link: string): number | null {
  const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1]
  return inode === undefined ? null : Number(inode)
}

/** Stream sockets that are connected to another one of this machine and have no name. Source: proc_pid_net(5), net/unix/af_unix.c */
function unnamedPairs(pid: number | 'self'): ReadonlySet<number> {
  const found = new Set<number>()
  for (const line of readFileSync(`/proc/${pid}/net/unix`, 'latin1').split('\n')) {
    const inode = /^\w+: \w+ \w+ \w+ 0001 03 +(\d+)$/.exec(line)?.[1]
    if (inode !== undefined) found.add(Number(inode))
  }
  return found
}

function processes(): number[] {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return numbers.length > MOST_PROCESSES ? [] : numbers.map(Number)
}

function hasOpen(pid: number, inode: number): boolean {
  const link = `socket:[${inode}]`
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(pid, fd) === link)
  } catch {
    // It has ended, or may not be looked at.
    return false
  }
}

function linkOf(pid: number, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`)
  } catch {
    return ''
  }
}

/** The name of its program, without arguments: they may be secrets. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}
