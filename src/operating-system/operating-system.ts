/** A process as the operating system describes it. */
export interface ProcessDetails {
  /** The number of the process in its own pid namespace: what its `process.pid` says. */
  readonly innerPid: number
  readonly executable: string
  readonly args: readonly string[]
  /** Empty if the operating system does not tell. */
  readonly cwd: string
}

export type ProcessState = 'there' | 'stopped' | 'ended'

/** How much a main thread (on some systems: a process) has run. */
export interface RunTime {
  readonly ranMs: number
  /** It runs at this moment, or waits for a processor. */
  readonly isRunnable: boolean
}

export interface ListeningSocket {
  /** Tells this socket from a later one on the same port. No spaces. */
  readonly id: string
  readonly localAddress: string
  readonly localPort: number
}

/** The process's end of a connection, as the process itself can check it. */
export interface ConnectionEnd {
  readonly descriptor: number
  /** What `readlink('/proc/self/fd/DESCRIPTOR')` says in the process; null if there is no such folder. */
  readonly link: string | null
}

/**
 * What an operating system tells about processes from outside, and how it has one of them open its inspector. All readings of one
 * process may find that it has ended: methods throw an error with the code ESRCH or ENOENT then, unless they say otherwise, and one
 * with EPERM or EACCES if it may not be looked at.
 */
export interface OperatingSystem {
  /** Where the facts come from, for a person. */
  readonly source: string
  /** Whether `src/memory` can read processes here. */
  readonly readsMemory: boolean
  /** Whether it is only the name of a file that tells Node.js. */
  readonly knowsNodeByName: boolean
  /** All processes that can be seen, each with its parent. */
  parents(): ReadonlyMap<number, number>
  stateOf(pid: number): ProcessState
  detailsOf(pid: number): ProcessDetails
  /** Without what takes longer to find out. */
  argsOf(pid: number): readonly string[]
  /** Which processes run Node.js, whatever their files are called; without those that may not be looked at. */
  nodeAmong(pids: readonly number[]): ReadonlyMap<number, boolean>
  /** Whether its ports cannot be reached from here. */
  hasOwnNetwork(pid: number): boolean
  /** The environment variable NODE_OPTIONS it was started with; empty if it has none or that cannot be read. */
  nodeOptionsOf(pid: number): string
  /** When it started, as a name without spaces: with its number it names a process for good. */
  startOf(pid: number): string
  ageMsOf(pid: number): number
  /** Of the processes that are there. */
  runTimesOf(pids: readonly number[]): ReadonlyMap<number, RunTime>
  /** A text that changes when any thread of the process runs, and whether one does now; null if that cannot be seen. */
  activityOf(pid: number): { readonly text: string; readonly isRunning: boolean } | null
  /** Whether the process would open its inspector if it is asked to; null if that cannot be seen. */
  wouldOpenInspector(pid: number): boolean | null
  /** Whether the program listens to the signal that opens the inspector itself; null if that cannot be seen. */
  takesOpeningSignal(pid: number): boolean | null
  /** Has a process open its inspector. Source: nodejs.org/api/process.html#signal-events */
  openInspector(pid: number): void
  /** In the order in which they were opened, as far as that can be seen; empty if the process may not be looked at. */
  listeningSockets(pid: number): readonly ListeningSocket[]
  /** The process that listens on a port in the network of `pid`; null if none does, 0 if it cannot be seen which. */
  listenerOf(port: number, pid: number): Promise<number | null>
  /** The process's end of our connection from `ourPort` to its `port`; null if it is not the process that has it. */
  otherEnd(pid: number, port: number, ourPort: number): ConnectionEnd | null
  /** How many connections a process has accepted on a port. */
  connectionCount(pid: number, port: number): number
  /**
   * The address of a local socket on which one process can listen at a time.
   *
   * @param name up to 40 letters, digits, spaces and dashes.
   */
  exclusiveAddress(name: string): { readonly address: string; readonly isFile: boolean }
}

/** A program that the operating system's facts are read with is missing or failed. */
export class SystemToolError extends Error {}

/** @param code as of the system's own errors. */
export function systemError(code: 'ESRCH' | 'EPERM', message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code })
}
