import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { STAT, statFieldsOf } from '../memory/process-stat.js'
import { isRunning, runTimes } from '../memory/run-times.js'
import { executableRunsNode } from './node-executable.js'
import type { OperatingSystem, ProcessDetails, ProcessState, RunTime } from './operating-system.js'
import { signalsListenedTo } from './signal-listeners.js'
import { connectionCount, listenerOf, listeningSockets, otherEnd } from './tcp-table.js'

/** Linux, by what it shows below /proc. Source: proc(5). */
export class LinuxSystem implements OperatingSystem {
  readonly source = '/proc'
  readonly readsMemory = true
  readonly knowsNodeByName = false

  parents(): ReadonlyMap<number, number> {
    const parents = new Map<number, number>()
    for (const pid of allPids()) {
      try {
        parents.set(pid, Number(statFieldsOf(`/proc/${pid}`)[STAT.parent]))
      } catch {
        // It has ended meanwhile.
      }
    }
    return parents
  }

  stateOf(pid: number): ProcessState {
    let status: string
    try {
      status = statusOf(pid)
    } catch {
      return 'ended'
    }
    if (/^State:\s+[ZX]/m.test(status)) return 'ended'
    return /^State:\s+[Tt]/m.test(status) ? 'stopped' : 'there'
  }

  detailsOf(pid: number): ProcessDetails {
    const innerPid = Number(/^NSpid:.*?(\d+)$/m.exec(statusOf(pid))?.[1] ?? pid)
    const executable = executableOf(pid)
    return { innerPid, executable, args: this.argsOf(pid), cwd: readlinkSync(`/proc/${pid}/cwd`) }
  }

  argsOf(pid: number): readonly string[] {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
  }

  nodeAmong(pids: readonly number[]): ReadonlyMap<number, boolean> {
    const found = new Map<number, boolean>()
    for (const pid of pids) {
      try {
        found.set(pid, executableRunsNode(pid, executableOf(pid)))
      } catch {
        // Another user's, or ended.
      }
    }
    return found
  }

  hasOwnNetwork(pid: number): boolean {
    return readlinkSync(`/proc/${pid}/ns/net`) !== readlinkSync('/proc/self/ns/net')
  }

  nodeOptionsOf(pid: number): string {
    try {
      const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
      return lines.find((line) => line.startsWith(OPTIONS))?.slice(OPTIONS.length) ?? ''
    } catch {
      // Readable by its owner only, as is the rest that we need: found out there.
      return ''
    }
  }

  startOf(pid: number): string {
    return statFieldsOf(`/proc/${pid}`)[STAT.startTicks] ?? ''
  }

  ageMsOf(pid: number): number {
    const uptimeSeconds = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0])
    return (uptimeSeconds - Number(this.startOf(pid)) / TICKS_PER_SECOND) * 1_000
  }

  runTimesOf(pids: readonly number[]): ReadonlyMap<number, RunTime> {
    const found = new Map<number, RunTime>()
    for (const pid of pids) {
      try {
        const fields = statFieldsOf(`/proc/${pid}/task/${pid}`)
        const ticks = Number(fields[STAT.userTicks]) + Number(fields[STAT.systemTicks])
        found.set(pid, { ranMs: (ticks / TICKS_PER_SECOND) * 1_000, isRunnable: fields[STAT.state] === 'R' })
      } catch {
        // It has ended.
      }
    }
    return found
  }

  activityOf(pid: number) {
    const text = runTimes(pid)
    return { text, isRunning: isRunning(text) }
  }

  wouldOpenInspector(pid: number): boolean {
    const caught = BigInt(`0x${/^SigCgt:\s+([0-9a-f]+)$/m.exec(statusOf(pid))?.[1] ?? '0'}`)
    return (caught & (1n << BigInt(SIGUSR1 - 1))) !== 0n
  }

  takesOpeningSignal(pid: number): boolean | null {
    return signalsListenedTo(pid)?.has(SIGUSR1) ?? null
  }

  openInspector(pid: number): void {
    process.kill(pid, 'SIGUSR1')
  }

  readonly listeningSockets = listeningSockets
  readonly otherEnd = otherEnd
  readonly connectionCount = connectionCount

  async listenerOf(port: number, pid: number): Promise<number | null> {
    return listenerOf(port, pid, allPids())
  }

  /** A socket without a file: the kernel takes it back however its holder ends. */
  exclusiveAddress(name: string) {
    return { address: `\0${`${name} `.padEnd(NAME_LENGTH, '.')}`, isFile: false }
  }
}

const SIGUSR1 = 10
const OPTIONS = 'NODE_OPTIONS='
/** The kernel's USER_HZ, in which it counts time for programs. */
const TICKS_PER_SECOND = 100
/** The whole of a socket's address: Node 20 pads shorter names with zeros, later ones do not (20 to 26). */
const NAME_LENGTH = 107

/** Every process of this machine that can be seen, by number. */
function allPids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
}

function statusOf(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, 'utf8')
}

/** As it was when the process began; a later file of that path may be another. */
function executableOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '')
}
