import { basename } from 'node:path'
import { SystemToolError } from '../operating-system/operating-system.js'
import { operatingSystem } from '../operating-system/present-system.js'
import { childrenOf } from './child-processes.js'
import { Refusal } from './refusal.js'

/** What is known of a process from outside. */
export interface ProcessFacts {
  readonly pid: number
  /** The number that the process has in its own pid namespace: what `process.pid` must answer. */
  readonly innerPid: number
  readonly args: readonly string[]
  /** Empty where it is not known. */
  readonly cwd: string
}

/** How a process is asked: over its inspector it must run and be reached over its network, its memory lies there anyway. */
export type Reach = 'inspector' | 'memory'

/**
 * Makes sure that a process is there, is Node.js, and is ours to ask.
 *
 * @throws {Refusal} that says what is in the way.
 */
export function factsOf(pid: number, reach: Reach = 'inspector'): ProcessFacts {
  const system = operatingSystem()
  if (reach === 'memory' && !system.readsMemory)
    throw new Refusal('blocked', `the memory of a process is read on Linux only, and this is ${process.platform}`)
  return readable(pid, () => {
    checkThere(pid, reach)
    const { executable, ...facts } = system.detailsOf(pid)
    if (system.nodeAmong([pid]).get(pid) !== true) {
      const why = system.knowsNodeByName
        ? `is not called node: whether ${executable} is Node.js cannot be seen here. Open its inspector, and use --inspect HOST:PORT`
        : `is not Node.js: it runs ${executable}`
      throw new Refusal('not-node', `process ${pid} ${why}`)
    }
    if (reach === 'inspector' && system.hasOwnNetwork(pid)) {
      throw new Refusal('blocked', `process ${pid} has a network of its own (a container): ${insideOf(pid)}`)
    }
    return { pid, ...facts }
  })
}

/** As root, and with this very command, which need not be installed for root. */
function insideOf(pid: number): string {
  const [node, file = 'async-trace'] = process.argv
  return `over its inspector, it can be asked by sudo nsenter --net --target ${pid} ${node} ${file} tree ${pid}`
}

function checkThere(pid: number, reach: Reach): void {
  const system = operatingSystem()
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') throw new Refusal('not-found', `there is no process ${pid}`)
    throw error
  }
  const state = system.stateOf(pid)
  if (state === 'ended') throw new Refusal('not-found', `process ${pid} has ended already`)
  if (reach === 'inspector' && state === 'stopped')
    throw new Refusal('blocked', `process ${pid} is stopped: continue it first (kill -CONT ${pid})`)
}

/**
 * Makes sure that the process would open its inspector if it is asked to, and not be killed by that or do something else.
 * A process that has yet to catch the signal (Node.js 26 in early start-up) would be killed.
 *
 * @throws {Refusal} that says what is in the way.
 */
export function checkSignalIsCaught(facts: ProcessFacts): void {
  const { pid } = facts
  const system = operatingSystem()
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
  if (system.takesOpeningSignal(pid) === true) {
    throw new Refusal(
      'blocked',
      `process ${pid} listens to SIGUSR1 itself: its inspector has to be opened by --inspect when it starts`,
    )
  }
  const wouldOpen = readable(pid, () => system.wouldOpenInspector(pid))
  if (wouldOpen === true) return
  if (wouldOpen === null) {
    throw new Refusal(
      'blocked',
      `${system.source} do not tell whether process ${pid} catches SIGUSR1, which might end it: start it with --inspect, then async-trace tree --inspect 127.0.0.1:9229`,
    )
  }
  const runner = runnerFlag(flags)
  if (runner !== undefined) throw runsOthers(pid, runner)
  const isStarting = ageMsOf(pid) < STARTING_MS
  const why = isStarting ? 'is it still starting?' : 'its Node.js has no inspector, or it is switched off'
  throw new Refusal('blocked', `process ${pid} does not catch SIGUSR1, which would end it (${why})`)
}

/** Whether it only runs others, in which Node.js opens no inspector. Seen on Node 20 to 26. */
export function runsOnlyOthers(facts: ProcessFacts): boolean {
  return runnerFlag(nodeFlags(facts)) !== undefined && operatingSystem().wouldOpenInspector(facts.pid) === false
}

function runnerFlag(flags: readonly string[]): string | undefined {
  return flags.find((flag) => /^--(test|watch)$/.test(flag) || flag.startsWith('--watch-path='))
}

function runsOthers(pid: number, runner: string): Refusal {
  const what = runner === '--test' ? 'each test file' : 'the program'
  const children = childrenOf(pid)
  const which = children.length === 0 ? 'there is none now' : `ask ${children.join(' or ')}`
  return new Refusal(
    'runs-others',
    `process ${pid} is the parent of node ${runner}: ${what} runs in a process of its own (${which})`,
  )
}

const STARTING_MS = 10_000

export function ageMsOf(pid: number): number {
  return readable(pid, () => operatingSystem().ageMsOf(pid))
}

/** When a process started: with its number it names the process for good, as numbers are used again. */
export function startOf(pid: number): string {
  return readable(pid, () => operatingSystem().startOf(pid))
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
  return [...own, ...operatingSystem().nodeOptionsOf(facts.pid).split(/\s+/).filter(Boolean)]
}

/** The process's command, shortened for a person. */
export function commandOf({ args }: Pick<ProcessFacts, 'args'>): string {
  const [executable = 'node', ...rest] = args
  // A program's title (`process.title`) is one text, in which anything may stand.
  const isTitle = rest.length === 0 && executable.includes(' ')
  const text = [isTitle ? executable : basename(executable), ...rest].join(' ').replaceAll(/\s+/g, ' ')
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}

/** As `commandOf`, of a process that may have ended or may not be looked at: then it is empty. */
export function commandName(pid: number): string {
  try {
    return commandOf({ args: operatingSystem().argsOf(pid) })
  } catch {
    return ''
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return operatingSystem().stateOf(pid) !== 'ended'
}

/** @throws {Refusal} if the process may not be looked at, or is not there. */
function readable<T>(pid: number, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (error instanceof SystemToolError)
      throw new Refusal('blocked', `process ${pid} cannot be inspected: ${error.message}`)
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH' || code === 'ENOENT') throw new Refusal('not-found', `process ${pid} has ended`)
    throw new Refusal(
      'not-allowed',
      `process ${pid} belongs to another user or cannot be traced: run the command as its user (${code ?? String(error)})`,
    )
  }
}
