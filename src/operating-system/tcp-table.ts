import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { ListeningSocket } from './operating-system.js'

/** A TCP socket as the kernel lists it. Source: proc_pid_net(5). */
interface TcpSocket extends ListeningSocket {
  readonly isListening: boolean
  readonly isEstablished: boolean
  readonly remotePort: number
}

const ESTABLISHED = '01'
const LISTEN = '0A'

/** The TCP sockets of a process's network, over IPv4 and IPv6. */
function tcpSockets(pid: number | 'self'): TcpSocket[] {
  return ['tcp', 'tcp6'].flatMap((table) => linesOf(pid, table).map(parseLine))
}

function linesOf(pid: number | 'self', table: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1).filter(Boolean)
  } catch {
    return []
  }
}

function parseLine(line: string): TcpSocket {
  const [, local = ':', remote = ':', state, , , , , , inode = ''] = line.trim().split(/\s+/)
  const [address = '', port = ''] = local.split(':')
  return {
    id: inode,
    isListening: state === LISTEN,
    isEstablished: state === ESTABLISHED,
    localAddress: addressOf(address),
    localPort: Number.parseInt(port, 16),
    remotePort: Number.parseInt(remote.split(':')[1] ?? '', 16),
  }
}

/** The kernel writes each 32-bit word of an address in the byte order of the machine. */
function bytesOf(hex: string): number[] {
  const words = hex.match(/.{8}/g) ?? []
  return words.flatMap((word) => (word.match(/../g) ?? []).reverse()).map((byte) => Number.parseInt(byte, 16))
}

function addressOf(hex: string): string {
  const numbers = bytesOf(hex)
  if (numbers.length === 4) return numbers.join('.')
  const bytes = numbers.map((byte) => byte.toString(16).padStart(2, '0'))
  const mapped = bytes.slice(0, 12).join('') === '00000000000000000000ffff'
  if (mapped) return addressOf(hex.slice(24))
  return bytes.join('').match(/.{4}/g)?.join(':').toLowerCase() ?? ''
}

/** A file descriptor of a process, and the link that the kernel shows for it. */
interface Descriptor {
  readonly descriptor: number
  readonly link: string
}

/** The sockets of a process by their inodes; empty if it may not be looked into. */
function socketsOf(pid: number | 'self'): ReadonlyMap<string, Descriptor> {
  const sockets = new Map<string, Descriptor>()
  let descriptors: string[] = []
  try {
    descriptors = readdirSync(`/proc/${pid}/fd`)
  } catch {
    return sockets
  }
  for (const descriptor of descriptors) {
    try {
      const link = readlinkSync(`/proc/${pid}/fd/${descriptor}`)
      if (link.startsWith('socket:[')) {
        sockets.set(link.slice('socket:['.length, -1), { descriptor: Number(descriptor), link })
      }
    } catch {
      // It has been closed since.
    }
  }
  return sockets
}

/** The ports that a process listens on, in the order of its descriptors: what it opened at its start comes first. */
export function listeningSockets(pid: number): readonly ListeningSocket[] {
  const own = socketsOf(pid)
  const descriptorOf = ({ id }: TcpSocket) => own.get(id)?.descriptor ?? 0
  return tcpSockets(pid)
    .filter((socket) => socket.isListening && own.has(socket.id))
    .sort((a, b) => descriptorOf(a) - descriptorOf(b))
}

/** The two ends of a socket: `address:port`, as Node writes them; null for an end that is none. */
export interface SocketAddresses {
  readonly local: string | null
  readonly remote: string | null
}

/** So often the kernel's list is read for sockets that are not in it: it may leave some out while others come and go. */
const MOST_READS = 3

/** The addresses of sockets by their file descriptors; null if the kernel lists no such socket. */
export function addressesIn(pid: number | 'self'): (descriptor: number) => SocketAddresses | null {
  let known: ReadonlyMap<string, SocketAddresses> = new Map()
  let reads = 0
  return (descriptor) => {
    let link = ''
    try {
      link = readlinkSync(`/proc/${pid}/fd/${descriptor}`)
    } catch {
      return null
    }
    while (!known.has(link) && link.startsWith('socket:[') && reads < MOST_READS) {
      known = addressesByLink(pid)
      reads++
    }
    return known.get(link) ?? null
  }
}

function addressesByLink(pid: number | 'self'): Map<string, SocketAddresses> {
  const found = new Map<string, SocketAddresses>()
  for (const line of ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) => linesOf(pid, table))) {
    const [, local = '', remote = '', , , , , , , inode] = line.trim().split(/\s+/)
    found.set(`socket:[${inode}]`, { local: endText(local), remote: endText(remote) })
  }
  return found
}

function endText(end: string): string | null {
  const [address = '', port = ''] = end.split(':')
  const number = Number.parseInt(port, 16)
  if (number === 0) return null
  const bytes = bytesOf(address)
  return bytes.length === 4 ? `${bytes.join('.')}:${number}` : `[${ipv6Text(bytes)}]:${number}`
}

function ipv6Text(bytes: readonly number[]): string {
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  if (isMapped) return `::ffff:${bytes.slice(12).join('.')}`
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[i * 2] ?? 0) * 256 + (bytes[i * 2 + 1] ?? 0)).toString(16))
  // The URL standard shortens addresses as RFC 5952 wants.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

/** @param pids the processes that it may be. */
export function listenerOf(port: number, pid: number, pids: readonly number[]): number | null {
  const listening = tcpSockets(pid).filter((socket) => socket.isListening && socket.localPort === port)
  if (listening.length === 0) return null
  const found = [pid, ...pids].find((candidate) => {
    const inodes = socketsOf(candidate)
    return listening.some(({ id }) => inodes.has(id))
  })
  return found ?? 0
}

/** The process's end of our connection from `ourPort` to its `port`; null if it is not the process that has it. */
export function otherEnd(pid: number, port: number, ourPort: number): Descriptor | null {
  const own = socketsOf(pid)
  const socket = connections(pid, port).find(({ remotePort, id }) => remotePort === ourPort && own.has(id))
  return socket === undefined ? null : (own.get(socket.id) ?? null)
}

/** How many connections a process has accepted on a port. */
export function connectionCount(pid: number, port: number): number {
  const own = socketsOf(pid)
  return connections(pid, port).filter((socket) => own.has(socket.id)).length
}

function connections(pid: number, port: number): TcpSocket[] {
  return tcpSockets(pid).filter((socket) => socket.isEstablished && socket.localPort === port)
}
