import { spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { constants } from 'node:os'
import { join } from 'node:path'
import { BriefMemory } from './brief-memory.js'
import { endsOf, LSOF_FIELDS, type LsofFile, parseLsof } from './lsof-text.js'
import { exportsNode, isNamedNode } from './node-executable.js'
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
import { ownFolder } from './own-folder.js'
import { hasSignal, nodeOptionsIn, PS_COLUMNS, type PsLine, parsePs, splitArgs } from './ps-text.js'

/** macOS and BSD, by their `ps` and `lsof`; Linux has both too, so this is tested there. */
export class UnixSystem implements OperatingSystem {
  readonly source = 'ps and lsof'
  readonly readsMemory = process.platform === 'linux'
  readonly knowsNodeByName = true

  readonly #all = new BriefMemory<ReadonlyMap<number, PsLine>>()

  parents(): ReadonlyMap<number, number> {
    return new Map([...this.#lines(0).values()].map(({ pid, parent }) => [pid, parent]))
  }

  #lines(mostAgeMs: number): ReadonlyMap<number, PsLine> {
    return this.#all.get(mostAgeMs, () => {
      return new Map(parsePs(ps(['-A', '-ww', '-o', PS_COLUMNS])).map((line) => [line.pid, line]))
    })
  }

  stateOf(pid: number): ProcessState {
    const line = found(pid)
    if (line === null || line.state === 'Z' || line.state === 'X') return 'ended'
    return /^[Tt]$/.test(line.state) ? 'stopped' : 'there'
  }

  detailsOf(pid: number): ProcessDetails {
    const { args } = lineOf(pid)
    const files = lsof(['-a', '-p', String(pid), '-d', 'cwd,txt'])
    const executable = executableIn(files)
    // Of its own processes, a user may see this.
    if (executable === null) throw systemError('EPERM', `lsof does not show the files of process ${pid}`)
    const cwd = files.find(({ descriptor }) => descriptor === 'cwd')?.name ?? ''
    return { innerPid: pid, executable, args: splitArgs(args, executable), cwd }
  }

  argsOf(pid: number): readonly string[] {
    const { args } = this.#lines(ARGS_ARE_NEW_MS).get(pid) ?? lineOf(pid)
    return splitArgs(args, '')
  }

  /** By their names; of an ELF file also by what it exports, which is not read of macOS's files. */
  nodeAmong(pids: readonly number[]): ReadonlyMap<number, boolean> {
    const found = new Map<number, boolean>()
    const lines = this.#lines(ARGS_ARE_NEW_MS)
    for (const pid of pids) {
      const [first = ''] = splitArgs(lines.get(pid)?.args ?? '', '')
      if (isNamedNode(first)) found.set(pid, true)
    }
    // A program may have another title.
    const others = pids.filter((pid) => !found.has(pid))
    const texts = others.length === 0 ? [] : lsof(['-a', '-p', others.join(), '-d', 'txt'])
    for (const pid of others) {
      const executable = executableIn(texts.filter((text) => text.pid === pid))
      if (executable !== null) found.set(pid, isNamedNode(executable) || exportsNode(executable))
    }
    return found
  }

  hasOwnNetwork(): boolean {
    return false
  }

  nodeOptionsOf(pid: number): string {
    return nodeOptionsIn(ps(['eww', '-o', 'args=', '-p', String(pid)]))
  }

  startOf(pid: number): string {
    return String(lineOf(pid).startedAtMs / 1_000)
  }

  ageMsOf(pid: number): number {
    return Math.max(0, Date.now() - lineOf(pid).startedAtMs)
  }

  runTimesOf(pids: readonly number[]): ReadonlyMap<number, RunTime> {
    if (pids.length === 0) return new Map()
    const lines = parsePs(ps(['-ww', '-o', PS_COLUMNS, '-p', pids.join()]))
    return new Map(lines.map(({ pid, ranMs, state }) => [pid, { ranMs, isRunnable: state === 'R' }]))
  }

  activityOf(): null {
    return null
  }

  wouldOpenInspector(pid: number): boolean | null {
    return hasSignal(ps(['-o', 'caught=', '-p', String(pid)]), constants.signals.SIGUSR1)
  }

  takesOpeningSignal(): null {
    return null
  }

  openInspector(pid: number): void {
    process.kill(pid, 'SIGUSR1')
  }

  listeningSockets(pid: number): readonly ListeningSocket[] {
    return tcpFiles(['-a', '-p', String(pid)])
      .filter(({ tcpState }) => tcpState === 'LISTEN')
      .sort((a, b) => Number(a.descriptor) - Number(b.descriptor))
      .flatMap(({ device, name }) => {
        const ends = endsOf(name)
        return ends === null ? [] : [{ id: device, localAddress: ends.localAddress, localPort: ends.localPort }]
      })
  }

  async listenerOf(port: number, pid: number): Promise<number | null> {
    const listeners = lsof(['-nP', `-iTCP:${port}`, '-sTCP:LISTEN']).map((file) => file.pid)
    const [first] = listeners
    if (first !== undefined) return listeners.includes(pid) ? pid : first
    // Those of other users are not shown.
    return (await isAnswered(port)) ? 0 : null
  }

  otherEnd(pid: number, port: number, ourPort: number): ConnectionEnd | null {
    const end = connections(pid, port).find(({ name }) => endsOf(name)?.remotePort === ourPort)
    return end === undefined ? null : { descriptor: Number(end.descriptor), link: null }
  }

  connectionCount(pid: number, port: number): number {
    return connections(pid, port).length
  }

  exclusiveAddress(name: string) {
    return { address: join(ownFolder() ?? '/tmp', name.replaceAll(' ', '-')), isFile: true }
  }
}

const ARGS_ARE_NEW_MS = 1_000

function found(pid: number): PsLine | null {
  return parsePs(ps(['-ww', '-o', PS_COLUMNS, '-p', String(pid)]))[0] ?? null
}

function lineOf(pid: number): PsLine {
  const line = found(pid)
  if (line === null) throw systemError('ESRCH', `there is no process ${pid}`)
  return line
}

/** What maps its text comes first; the libraries follow. */
function executableIn(files: readonly LsofFile[]): string | null {
  const name = files.find(({ descriptor }) => descriptor === 'txt')?.name ?? ''
  // lsof says in brackets what it could not read, such as `(readlink: Permission denied)`.
  return name.startsWith('/') && !name.includes(' (') ? name : (/^(\/.*) \(deleted\)$/.exec(name)?.[1] ?? null)
}

function tcpFiles(args: readonly string[]): LsofFile[] {
  return lsof(['-nP', '-iTCP', ...args])
}

function connections(pid: number, port: number): LsofFile[] {
  return tcpFiles(['-a', '-p', String(pid)]).filter(({ tcpState, name }) => {
    return tcpState === 'ESTABLISHED' && endsOf(name)?.localPort === port
  })
}

function isAnswered(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: ANSWER_MS })
    const done = (isConnected: boolean) => () => {
      socket.destroy()
      resolve(isConnected)
    }
    socket.on('connect', done(true)).on('timeout', done(false)).on('error', done(false))
  })
}

const ANSWER_MS = 200

function ps(args: readonly string[]): string {
  return run('ps', args)
}

/** -w: no warnings. Its exit code is 1 if it finds nothing. */
function lsof(args: readonly string[]): LsofFile[] {
  return parseLsof(run('lsof', ['-w', ...args, '-F', LSOF_FIELDS]))
}

/** Dates and states are written in one language and time zone. */
function run(tool: string, args: readonly string[]): string {
  // Those who are no administrators have no /usr/sbin in their PATH, where macOS has its lsof.
  const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/bin:/bin:/usr/sbin:/sbin`, LC_ALL: 'C', TZ: 'UTC' }
  const { stdout, error } = spawnSync(tool, [...args], { env, encoding: 'utf8', maxBuffer: 64 << 20, timeout: TOOL_MS })
  if (error !== undefined) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new SystemToolError(isMissing ? `${tool} is not installed` : `${tool} failed: ${error.message}`)
  }
  return stdout
}

const TOOL_MS = 20_000
