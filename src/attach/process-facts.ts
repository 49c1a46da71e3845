import { readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { STAT, statFieldsOf } from '../memory/process-stat.js'
import { childrenOf } from './child-processes.js'
import { runsNode } from './node-executable.js'
import { Refusal } from './refusal.js'
import { signalsListenedTo } from './signal-listeners.js'

/** What Linux tells of a process from outside. Source: proc(5). */
export interface ProcessFacts {
  readonly pid: number
  /** The number that the process has in its own pid namespace: what `process.pid` must answer. */
  readonly innerPid: number
  readonly args: readonly string[]
  readonly cwd: string
}

const SIGUSR1 = 10

/** How a process is asked: over its inspector it must run and be reached over its network, its memory lies there anyway. */
export type Reach = 'inspector' | 'memory'

/**
 * Makes sure that a process is there, is Node.js, and is ours to ask.
 *
 * @throws {Refusal} that says what is in the way.
 */
export function factsOf(pid: number, reach: Reach = 'inspector'): ProcessFacts {
  if (process.platform !== 'linux') {
    throw new Refusal('blocked', `attaching to a process needs Linux's /proc; this is ${process.platform}`)
  }
  const status = statusOf(pid)
  if (/^State:\s+[ZX]/m.test(status)) throw new Refusal('not-found', `process ${pid} has ended already`)
  if (reach === 'inspector' && /^State:\s+[Tt]/m.test(status))
    throw new Refusal('blocked', `process ${pid} is stopped: continue it first (kill -CONT ${pid})`)
  checkOwner(pid)
  const file = `/proc/${pid}`
  let executable: string
  let args: string[]
  let cwd: string
  try {
    executable = executableOf(pid)
    args = argsOf(pid)
    cwd = readlinkSync(`${file}/cwd`)
  } catch (error) {
    throw unreadable(pid, error)
  }
  if (!runsNode(pid, executable)) {
    throw new Refusal('not-node', `process ${pid} is not Node.js: it runs ${executable}`)
  }
  if (reach === 'inspector' && readlinkSync(`${file}/ns/net`) !== readlinkSync('/proc/self/ns/net')) {
    throw new Refusal('blocked', `process ${pid} has a network of its own (a container): run the command in there`)
  }
  const innerPid = Number(/^NSpid:.*?(\d+)$/m.exec(status)?.[1] ?? pid)
  return { pid, innerPid, args, cwd }
}

/**
 * Makes sure that SIGUSR1 would open the inspector, and not kill the process or do something else.
 * A process that has yet to catch it (Node.js 26 in early start-up) would be killed.
 *
 * @throws {Refusal} that says what is in the way.
 */
export function checkSignalIsCaught(facts: ProcessFacts): void {
  const { pid } = facts
  const flags = nodeFlags(facts)
  if (flags.some((flag) => flag === '--disable-sigusr1')) {
    throw new Refusal(
      'blocked',
      `process ${pid} runs with --disable-sigusr1: its inspector cannot be opened from outside`,
    )
  }
  if (flags.some((flag) => /^--(experimental-)?permission$/.test(flag))) {
    throw new Refusal('blocked', `process ${pid} runs with --permission, which forbids its inspector`)
  }
  if (signalsListenedTo(pid)?.has(SIGUSR1) === true) {
    throw new Refusal(
      'blocked',
      `process ${pid} listens to SIGUSR1 itself: its inspector has to be opened by --inspect when it starts`,
    )
  }
  const caught = BigInt(`0x${/^SigCgt:\s+([0-9a-f]+)$/m.exec(statusOf(pid))?.[1] ?? '0'}`)
  if ((caught & (1n << BigInt(SIGUSR1 - 1))) !== 0n) return
  checkRunner(pid, flags)
  const isStarting = ageMsOf(pid) < STARTING_MS
  const why = isStarting ? 'is it still starting?' : 'its Node.js has no inspector, or it is switched off'
  throw new Refusal('blocked', `process ${pid} does not catch SIGUSR1, which would end it (${why})`)
}

/** Node.js does not open an inspector in a process that only runs others. Seen on Node 20 to 26. */
function checkRunner(pid: number, flags: readonly string[]): void {
  const runner = flags.find((flag) => /^--(test|watch)$/.test(flag) || flag.startsWith('--watch-path='))
  if (runner === undefined) return
  const what = runner === '--test' ? 'each test file' : 'the program'
  const children = childrenOf(pid)
  const which = children.length === 0 ? 'there is none now' : `ask ${children.join(' or ')}`
  throw new Refusal(
    'runs-others',
    `process ${pid} is the parent of node ${runner}: ${what} runs in a process of its own (${which})`,
  )
}

const STARTING_MS = 10_000

/** The kernel's USER_HZ, in which it counts time for programs. */
export const TICKS_PER_SECOND = 100

export function ageMsOf(pid: number): number {
  const uptimeSeconds = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0])
  return (uptimeSeconds - startTicks(pid) / TICKS_PER_SECOND) * 1_000
}

/** When a process started: with its number it names the process for good, as numbers are used again. */
export function startTicks(pid: number): number {
  try {
    return Number(statFieldsOf(`/proc/${pid}`)[STAT.startTicks])
  } catch (error) {
    throw unreadable(pid, error)
  }
}

/** Node's flags that may have their value as the next argument. */
const TAKES_NEXT =
  /^(-r|--require|--import|--loader|--experimental-loader|-C|--conditions|--env-file|--env-file-if-exists|--title|--redirect-warnings|--icu-data-dir|--snapshot-blob)$/

/** The flags that Node.js itself was started with, those of `NODE_OPTIONS` included. */
export function nodeFlags(facts: ProcessFacts): readonly string[] {
  const own: string[] = []
  const args = facts.args.slice(1)
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    if (!arg.startsWith('-') || arg === '--') break
    own.push(arg)
    if (TAKES_NEXT.test(arg)) i++
  }
  let environment = ''
  try {
    environment = readFileSync(`/proc/${facts.pid}/environ`, 'utf8')
  } catch {
    // Readable by its owner only, as is the rest that we need: found out there.
  }
  const options = environment.split('\0').find((line) => line.startsWith('NODE_OPTIONS='))
  return [...own, ...(options?.slice('NODE_OPTIONS='.length).split(/\s+/) ?? [])]
}

/** As it was when the process began; a later file of that path may be another. */
export function executableOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '')
}

export function argsOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
}

/** The process's command, shortened for a person. */
export function commandOf({ args }: Pick<ProcessFacts, 'args'>): string {
  const [executable = 'node', ...rest] = args
  const text = [basename(executable), ...rest].join(' ').replaceAll(/\s+/g, ' ')
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}

/** As `commandOf`, of a process that may have ended or may not be looked at: then it is empty. */
export function commandName(pid: number): string {
  try {
    return commandOf({ args: argsOf(pid) })
  } catch {
    return ''
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    throw new Refusal('not-found', `there is no process ${pid}`)
  }
}

function checkOwner(pid: number): void {
  try {
    process.kill(pid, 0)
  } catch (error) {
    throw unreadable(pid, error)
  }
}

function unreadable(pid: number, error: unknown): Refusal {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ESRCH' || code === 'ENOENT') return new Refusal('not-found', `process ${pid} has ended`)
  return new Refusal(
    'not-allowed',
    `process ${pid} belongs to another user, or may not be looked into: ask as its user, who may trace it (${code ?? String(error)})`,
  )
}
