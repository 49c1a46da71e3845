/** A line of `ps -o` with the columns of PS_COLUMNS. */
export interface PsLine {
  readonly pid: number
  readonly parent: number
  /** The first letter of the state. Z: ended; T, t: stopped; R: runs. */
  readonly state: string
  readonly ranMs: number
  readonly startedAtMs: number
  /** The arguments, joined by spaces: where one ends cannot be seen. */
  readonly args: string
}

/** Known to the `ps` of macOS, FreeBSD and Linux (procps). Source: ps(1) of each. */
export const PS_COLUMNS = 'pid=,ppid=,state=,time=,lstart=,args='

/** Reads what `ps` writes with the environment LC_ALL=C TZ=UTC. */
export function parsePs(text: string): PsLine[] {
  return text.split('\n').flatMap((line): PsLine[] => {
    const found = LINE.exec(line)
    if (found === null) return []
    const [, pid, parent, state = '', time = '', started = '', args = ''] = found
    const startedAtMs = Date.parse(`${started} UTC`)
    return [{ pid: Number(pid), parent: Number(parent), state, ranMs: cpuTimeMs(time), startedAtMs, args }]
  })
}

/** `lstart` is `Mon Nov 30 00:58:03 2026`, on macOS with the day padded by a space. */
const LINE = /^\s*(\d+)\s+(\d+)\s+(\S)\S*\s+([\d:.-]+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/

/** `1-02:03:04` and `02:03:04` (Linux), `123:04.56` (macOS). */
function cpuTimeMs(text: string): number {
  const [clock = '', days = '0'] = text.split('-').reverse()
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return (Number(days) * 86_400 + seconds) * 1_000
}

/**
 * Whether a signal is in a set that `ps -o caught=` shows: 16 hexadecimal digits on Linux, without leading zeros elsewhere; Linux puts
 * `<` before a set that it has cut. Null if that is no set, or an empty one: a Node.js process catches signals from its start, so
 * the sets are not told here.
 */
export function hasSignal(text: string, signal: number): boolean | null {
  const digits = /^\s*<?([0-9a-f]+)\s*$/i.exec(text)?.[1]
  const set = BigInt(`0x${digits ?? '0'}`)
  return set === 0n ? null : (set & (1n << BigInt(signal - 1))) !== 0n
}

/** The value of NODE_OPTIONS among the environment that `ps eww` puts behind the arguments; empty if it is not there. */
export function nodeOptionsIn(text: string): string {
  return / NODE_OPTIONS=(.*?)(?= [A-Za-z_][A-Za-z0-9_]*=|\n|$)/.exec(text)?.[1] ?? ''
}

/** @param executable may have spaces: where the first argument is it, that is seen. */
export function splitArgs(text: string, executable: string): string[] {
  const isFirst = executable !== '' && (text === executable || text.startsWith(`${executable} `))
  const rest = isFirst ? text.slice(executable.length) : text
  return [...(isFirst ? [executable] : []), ...rest.split(' ').filter(Boolean)]
}
