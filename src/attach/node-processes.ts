import { basename } from 'node:path'
import { operatingSystem } from '../operating-system/present-system.js'
import { ancestorsOf, childrenOf, type Parents } from './child-processes.js'
import { ageMsOf, commandOf, isAlive } from './process-facts.js'
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
 * that only run another one that is listed.
 */
export async function nodeProcesses(): Promise<NodeProcess[]> {
  const system = operatingSystem()
  const parents = system.parents()
  const family = familyOf(parents)
  const own = new Set(ownProcesses(family))
  const found = [...parents.keys()].filter((pid) => {
    return (
      !own.has(pid) &&
      mayBeAsked(pid, family) &&
      !(onlyRunsOthers(pid, family) && programsBelow(pid, family).length > 0)
    )
  })
  const before = system.runTimesOf(found)
  await new Promise((resolve) => setTimeout(resolve, LOOKED_MS))
  const after = system.runTimesOf(found)
  return found
    .flatMap((pid): NodeProcess[] => {
      try {
        const [first, last] = [before.get(pid), after.get(pid)]
        if (first === undefined || last === undefined) return []
        const ranMs = last.ranMs - first.ranMs
        // On a busy machine it may be runnable all the time and hardly run.
        const isBusy = (first.isRunnable && last.isRunnable) || ranMs > LOOKED_MS / 2
        return [{ pid, ageMs: ageMsOf(pid), command: commandOf({ args: system.argsOf(pid) }), isBusy }]
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
  if (!onlyRunsOthers(pid, familyOf(new Map([[pid, 0]])))) return pid
  const below = programsBelow(pid, familyOf(operatingSystem().parents()))
  if (below.length > 1) {
    const which = below.map((each) => `${each} (${commandOf({ args: operatingSystem().argsOf(each) })})`).join(' or ')
    throw new Refusal('runs-others', `process ${pid} runs several Node.js processes: ask ${which}`)
  }
  const [program] = below
  if (program === undefined) return pid
  onNotice(`process ${pid} only starts other processes: showing process ${program}`)
  return program
}

/** Processes with their parents, and which of them run Node.js, as far as that can be seen. */
interface Family {
  readonly parents: Parents
  readonly isNode: ReadonlyMap<number, boolean>
}

function familyOf(parents: Parents): Family {
  return { parents, isNode: operatingSystem().nodeAmong([...parents.keys()]) }
}

function programsBelow(pid: number, family: Family): number[] {
  return childrenOf(pid, family.parents).flatMap((child) => {
    if (onlyRunsOthers(child, family)) return programsBelow(child, family)
    return child !== process.pid && mayBeAsked(child, family) ? [child] : []
  })
}

/** This process, and those above it that only run others. */
function ownProcesses(family: Family): number[] {
  return [process.pid, ...ancestorsOf(process.pid, family.parents).filter((pid) => onlyRunsOthers(pid, family))]
}

/** Not of Node.js, a package manager, or `async-trace run`. */
function onlyRunsOthers(pid: number, { isNode }: Family): boolean {
  try {
    // Another user's, or ended: said where it is asked.
    if (!isNode.has(pid)) return false
    if (isNode.get(pid) === false) return true
    const [title = '', file = '', verb] = operatingSystem().argsOf(pid)
    const name = basename(file)
    return RUNNER_TITLE.test(title) || RUNNER_FILE.test(name) || (OWN_FILE.test(name) && verb === 'run')
  } catch {
    // It has ended.
    return false
  }
}

function mayBeAsked(pid: number, { isNode }: Family): boolean {
  return isNode.get(pid) === true && isAlive(pid)
}
