import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A TCP socket as the kernel lists it. Source: proc_pid_net(5). */
export interface TcpSocket {
  readonly inode: string
  readonly isListening: boolean
  readonly isEstablished: boolean
  readonly localAddress: string
  readonly localPort: number
  readonly remotePort: number
}

const ESTABLISHED = '01'
const LISTEN = '0A'

/** The TCP sockets of a process's network, over IPv4 and IPv6. */
function tcpSockets(pid: number): TcpSocket[] {
  return ['tcp', 'tcp6'].flatMap((table) => {
    let text = ''
    try {
      text = readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
    } catch {
      return []
    }
    return text.split('\n').slice(1).filter(Boolean).map(parseLine)
  })
}

function parseLine(line: string): TcpSocket {
  const [, local = ':', remote = ':', state, , , , , , inode = ''] = line.trim().split(/\s+/)
  const [address = '', port = ''] = local.split(':')
  return {
    inode,
    isListening: state === LISTEN,
    isEstablished: state === ESTABLISHED,
    localAddress: addressOf(address),
    localPort: Number.parseInt(port, 16),
    remotePort: Number.parseInt(remote.split(':')[1] ?? '', 16),
  }
}

/** The kernel writes each 32-bit word of an address in the byte order of the machine. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse())
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
  const mapped = bytes.slice(0, 12).join('') === '00000000000000000000ffff'
  if (mapped) return addressOf(hex.slice(24))
  return bytes.join('').match(/.{4}/g)?.join(':').toLowerCase() ?? ''
}

/** A file descriptor of a process, and the link that the kernel shows for it. */
export interface Descriptor {
  readonly descriptor: number
  readonly link: string
}

/** The sockets of a process by their inodes; empty if it may not be looked into. */
function socketsOf(pid: number): ReadonlyMap<string, Descriptor> {
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

/** The ports that a process listens on. */
export function listeningSockets(pid: number): readonly TcpSocket[] {
  const own = socketsOf(pid)
  return tcpSockets(pid).filter((socket) => socket.isListening && own.has(socket.inode))
}

/** The process that listens on a port in the network of `pid`; null where nobody does, 0 where it cannot be seen. */
export function listenerOf(port: number, pid: number): number | null {
  const listening = tcpSockets(pid).filter((socket) => socket.isListening && socket.localPort === port)
  if (listening.length === 0) return null
  const candidates = [
    pid,
    ...readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number),
  ]
  const found = candidates.find((candidate) => {
    const inodes = socketsOf(candidate)
    return listening.some((socket) => inodes.has(socket.inode))
  })
  return found ?? 0
}

/** The process's end of our connection from `ourPort` to its `port`; null if it is not the process that has it. */
export function otherEnd(pid: number, port: number, ourPort: number): Descriptor | null {
  const own = socketsOf(pid)
  const socket = connections(pid, port).find(({ remotePort, inode }) => remotePort === ourPort && own.has(inode))
  return socket === undefined ? null : (own.get(socket.inode) ?? null)
}

/** How many connections a process has accepted on a port. */
export function connectionCount(pid: number, port: number): number {
  const own = socketsOf(pid)
  return connections(pid, port).filter((socket) => own.has(socket.inode)).length
}

function connections(pid: number, port: number): TcpSocket[] {
  return tcpSockets(pid).filter((socket) => socket.isEstablished && socket.localPort === port)
}
