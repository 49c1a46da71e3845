/** An open file of a process. Source: lsof(8), output for other programs. */
export interface LsofFile {
  readonly pid: number
  /** `cwd`, `txt`, or the number of a descriptor. */
  readonly descriptor: string
  /** On macOS the address of a socket in the kernel, on Linux its inode. */
  readonly device: string
  readonly name: string
  /** `LISTEN`, `ESTABLISHED` …; empty if it is no TCP socket. */
  readonly tcpState: string
}

/** The fields that `parseLsof` reads. */
export const LSOF_FIELDS = 'pfdnT'

/** Reads what `lsof -F pfdnT` writes: a field a line, a process begins with `p`, a file with `f`. */
export function parseLsof(text: string): LsofFile[] {
  const files: { -readonly [Key in keyof LsofFile]: LsofFile[Key] }[] = []
  let pid = 0
  for (const line of text.split('\n')) {
    const value = line.slice(1)
    const last = files.at(-1)
    if (line[0] === 'p') pid = Number(value)
    else if (line[0] === 'f') files.push({ pid, descriptor: value, device: '', name: '', tcpState: '' })
    else if (last === undefined) continue
    else if (line[0] === 'd') last.device = value
    else if (line[0] === 'n') last.name = value
    else if (line.startsWith('TST=')) last.tcpState = line.slice('TST='.length)
  }
  return files
}

/** The two ends of a TCP socket; `remotePort` is null of one that listens. */
export interface LsofEnds {
  readonly localAddress: string
  readonly localPort: number
  readonly remotePort: number | null
}

/** Of a name as `127.0.0.1:9229`, `*:8080`, `[::1]:9229` or `127.0.0.1:9229->127.0.0.1:51234`; null if it is none. */
export function endsOf(name: string): LsofEnds | null {
  const found = NAME.exec(name)
  if (found === null) return null
  const [, address = '', port, remote] = found
  const localAddress = address === '*' ? '0.0.0.0' : address.replace(/^\[(.*)\]$/, '$1')
  return { localAddress, localPort: Number(port), remotePort: remote === undefined ? null : Number(remote) }
}

const NAME = /^(\*|\[.*?\]|[\d.]+):(\d+)(?:->.*:(\d+))?$/
