import { basename } from 'node:path'
import { STAT, statFieldsOf } from '../memory/process-stat.js'
import { allPids, ancestorsOf, childrenOf } from './child-processes.js'
import { runsNode } from './node-executable.js'
import { ageMsOf, argsOf, commandOf, executableOf, isAlive, TICKS_PER_SECOND } from './process-facts.js'
import { Refusal } from './refusal.js'

/** A process that runs Node.js and may be asked. */
export interface NodeProcess {
  readonly pid: number
  readonly ageMs: number
  /** Shortened for a person. */
  readonly command: string
  /** Whether its main thread ran, or wanted to, for most of the time that was looked at. */
  readonly isBusy: boolean
}

/** For how long is looked whether a process is busy. */
const LOOKED_MS = 200

/** Package managers are Node.js programs too, and run what one means in a process of its own. */
const RUNNER_TITLE = /^(?:npm|npx|yarn|pnpm|corepack)(?: |$)/
const RUNNER_FILE = /^(?:npm-cli|npx-cli|yarn|pnpm|pnpx|corepack)\.[cm]?js$/
/** So is `async-trace run`. */
const OWN_FILE = /^async-trace(?:\.js)?$/

/**
 * The Node.js processes that one may ask, the youngest last, without this one and what only runs it, such as npx, and without those
 * that only run another one that is listed. Linux.
 */
export async function nodeProcesses(): Promise<NodeProcess[]> {
  const own = new Set(ownProcesses())
  const found = allPids().filter((pid) => {
    return !own.has(pid) && mayBeAsked(pid) && !(onlyRunsOthers(pid) && programsBelow(pid).length > 0)
  })
  const before = new Map(found.map((pid) => [pid, mainThreadOf(pid)]))
  await new Promise((resolve) => setTimeout(resolve, LOOKED_MS))
  return found
    .flatMap((pid): NodeProcess[] => {
      try {
        const [first, last] = [before.get(pid) ?? null, mainThreadOf(pid)]
        if (first === null || last === null) return []
        const ranMs = ((last.ticks - first.ticks) / TICKS_PER_SECOND) * 1_000
        // On a busy machine it may be runnable all the time and hardly run.
        const isBusy = (first.isRunnable && last.isRunnable) || ranMs > LOOKED_MS / 2
        return [{ pid, ageMs: ageMsOf(pid), command: commandOf({ args: argsOf(pid) }), isBusy }]
      } catch {
        // It has ended meanwhile.
        return []
      }
    })
    .sort((a, b) => b.ageMs - a.ageMs)
}

/**
 * The process that is meant: of a shell, `timeout`, npm and others that only run a program, the Node.js process below them.
 *
 * @param onNotice is told if it is another one.
 * @throws {Refusal} if there are several.
 */
export function programOf(pid: number, onNotice: (text: string) => void): number {
  if (process.platform !== 'linux' || !onlyRunsOthers(pid)) return pid
  const below = programsBelow(pid)
  if (below.length > 1) {
    const which = below.map((each) => `${each} (${commandOf({ args: argsOf(each) })})`).join(' or ')
    throw new Refusal('runs-others', `process ${pid} runs several Node.js processes: ask ${which}`)
  }
  const [program] = below
  if (program === undefined) return pid
  onNotice(`process ${pid} only runs others: this is process ${program}`)
  return program
}

function programsBelow(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => {
    if (onlyRunsOthers(child)) return programsBelow(child)
    return child !== process.pid && mayBeAsked(child) ? [child] : []
  })
}

/** This process, and those above it that only run others. */
function ownProcesses(): number[] {
  return [process.pid, ...ancestorsOf(process.pid).filter(onlyRunsOthers)]
}

/** Not of Node.js, a package manager, or `async-trace run`. */
function onlyRunsOthers(pid: number): boolean {
  try {
    if (!runsNode(pid, executableOf(pid))) return true
    const [title = '', file = '', verb] = argsOf(pid)
    const name = basename(file)
    return RUNNER_TITLE.test(title) || RUNNER_FILE.test(name) || (OWN_FILE.test(name) && verb === 'run')
  } catch {
    // Another user's, or ended: said where it is asked.
    return false
  }
}

function mayBeAsked(pid: number): boolean {
  try {
    return isAlive(pid) && runsNode(pid, executableOf(pid))
  } catch {
    return false
  }
}

/** How long the main thread has run, in the kernel's ticks, and whether it wants to run now; null where it has ended. */
function mainThreadOf(pid: number): { ticks: number; isRunnable: boolean } | null {
  try {
    const fields = statFieldsOf(`/proc/${pid}/task/${pid}`)
    const ticks = Number(fields[STAT.userTicks]) + Number(fields[STAT.systemTicks])
    return { ticks, isRunnable: fields[STAT.state] === 'R' }
  } catch {
    return null
  }
}
