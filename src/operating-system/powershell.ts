import { spawnSync } from 'node:child_process'
import { BriefMemory } from './brief-memory.js'
import { isNamedNode } from './node-executable.js'
import {
  type ConnectionEnd,
  type ListeningSocket,
  type OperatingSystem,
  type ProcessDetails,
  type ProcessState,
  type RunTime,
  SystemToolError,
  systemError,
} from './operating-system.js'
import {
  parseProcesses,
  parseSockets,
  processScript,
  socketScript,
  splitCommandLine,
  type WindowsProcess,
  type WindowsTcpSocket,
} from './powershell-text.js'

/** Node's own, which is not in its types. Source: lib/internal/bootstrap/node.js */
type DebugProcess = (pid: number) => void

/** Windows, by PowerShell, which is part of it. A question takes it about half a second. */
export class WindowsSystem implements OperatingSystem {
  readonly source = 'PowerShell'
  readonly readsMemory = false
  readonly knowsNodeByName = true

  readonly #all = new BriefMemory<readonly WindowsProcess[]>()

  parents(): ReadonlyMap<number, number> {
    return new Map(this.#all.get(0, () => processes(null)).map(({ pid, parent }) => [pid, parent]))
  }

  /** What is asked of it here does not change while it is there. */
  #processOf(pid: number): WindowsProcess {
    const known = this.#all.get(SAME_FACTS_MS, () => processes(null)).find((each) => each.pid === pid)
    const found = known ?? processes(pid)[0]
    if (found === undefined) throw systemError('ESRCH', `there is no process ${pid}`)
    return found
  }

  /** There are no zombies, and no process is stopped as a whole. */
  stateOf(pid: number): ProcessState {
    try {
      process.kill(pid, 0)
      return 'there'
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'ended' : 'there'
    }
  }

  detailsOf(pid: number): ProcessDetails {
    const { executable, commandLine } = this.#processOf(pid)
    if (executable === null) throw systemError('EPERM', `process ${pid} belongs to another user`)
    return { innerPid: pid, executable, args: splitCommandLine(commandLine ?? ''), cwd: '' }
  }

  argsOf(pid: number): readonly string[] {
    return splitCommandLine(this.#processOf(pid).commandLine ?? '')
  }

  nodeAmong(pids: readonly number[]): ReadonlyMap<number, boolean> {
    const wanted = new Set(pids)
    const all = this.#all.get(SAME_FACTS_MS, () => processes(null))
    return new Map(
      all.flatMap(({ pid, executable }) =>
        wanted.has(pid) && executable !== null ? [[pid, isNamedNode(executable)]] : [],
      ),
    )
  }

  hasOwnNetwork(): boolean {
    return false
  }

  /** The environment of another process cannot be read. */
  nodeOptionsOf(): string {
    return ''
  }

  startOf(pid: number): string {
    return String(this.#processOf(pid).startedAtMs)
  }

  ageMsOf(pid: number): number {
    return Math.max(0, Date.now() - this.#processOf(pid).startedAtMs)
  }

  /** Which threads run now is not told. */
  runTimesOf(pids: readonly number[]): ReadonlyMap<number, RunTime> {
    const wanted = new Set(pids)
    return new Map(
      processes(null).flatMap(({ pid, ranMs }) => (wanted.has(pid) ? [[pid, { ranMs, isRunnable: false }]] : [])),
    )
  }

  activityOf(): null {
    return null
  }

  /** It is no signal: a process that is not prepared for it is left as it is, and `openInspector` throws. */
  wouldOpenInspector(): boolean {
    return true
  }

  takesOpeningSignal(): boolean {
    return false
  }

  openInspector(pid: number): void {
    const { _debugProcess: debugProcess } = process as unknown as { _debugProcess: DebugProcess }
    debugProcess(pid)
  }

  listeningSockets(pid: number): readonly ListeningSocket[] {
    return sockets('OwningProcess', pid).filter(({ state }) => state === 'Listen')
  }

  async listenerOf(port: number, pid: number): Promise<number | null> {
    const listeners = sockets('LocalPort', port).flatMap((socket) => (socket.state === 'Listen' ? [socket.pid] : []))
    return listeners.includes(pid) ? pid : (listeners[0] ?? null)
  }

  otherEnd(pid: number, port: number, ourPort: number): ConnectionEnd | null {
    const isThere = connections(pid, port).some(({ remotePort }) => remotePort === ourPort)
    return isThere ? { descriptor: -1, link: null } : null
  }

  connectionCount(pid: number, port: number): number {
    return connections(pid, port).length
  }

  /** A named pipe: the system takes it back however its holder ends. */
  exclusiveAddress(name: string) {
    return { address: `\\\\.\\pipe\\${name.replaceAll(' ', '-')}`, isFile: false }
  }
}

const SAME_FACTS_MS = 5_000

function connections(pid: number, port: number): WindowsTcpSocket[] {
  return sockets('OwningProcess', pid).filter(({ state, localPort }) => state === 'Established' && localPort === port)
}

function processes(pid: number | null): WindowsProcess[] {
  return parseProcesses(run(processScript(pid)))
}

function sockets(by: 'OwningProcess' | 'LocalPort', value: number): WindowsTcpSocket[] {
  return parseSockets(run(socketScript(by, value)))
}

/** Windows PowerShell is part of every Windows; what it writes is in the console's code page unless it is told. */
function run(script: string): string {
  const args = [
    '-NoProfile',
    '-NonInteractive',
    '-Command',
    `[Console]::OutputEncoding=[Text.Encoding]::UTF8;${script}`,
  ]
  const { stdout, stderr, status, error } = spawnSync('powershell.exe', args, {
    encoding: 'utf8',
    windowsHide: true,
    maxBuffer: 64 << 20,
    timeout: 30_000,
  })
  if (error !== undefined || status !== 0) {
    throw new SystemToolError(`PowerShell failed: ${error?.message ?? stderr.trim().split('\n')[0]}`)
  }
  return stdout
}
