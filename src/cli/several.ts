import type { ProcessCapture } from '../attach/attach.js'
import { ancestorsOf } from '../attach/child-processes.js'
import { nodeProcesses, programOf } from '../attach/node-processes.js'
import { commandName, isAlive } from '../attach/process-facts.js'
import { Refusal } from '../attach/refusal.js'
import { printable } from '../format/printable.js'
import { operatingSystem } from '../operating-system/present-system.js'
import { type Arguments, asksForAll, readArguments, UsageError } from './arguments.js'
import { answer, captured } from './captured.js'
import { EXIT, exitCodeOf } from './exit-codes.js'
import { note } from './progress.js'

/** What a command says of a process, and what a person should know besides; null if nothing. */
export interface Answer {
  readonly text: string
  readonly note: string | null
}

/**
 * Answers for one process, or for several: each below a heading, parents before their children. If one cannot be asked, the others
 * still are.
 *
 * @param more the options of the command beyond the common ones.
 * @param answerTo JSON if the arguments say so.
 * @returns the exit code: of the first that could not be asked, if there is one.
 */
export async function answerEach(
  args: readonly string[],
  more: Parameters<typeof readArguments>[1],
  answerTo: (capture: ProcessCapture, wanted: Arguments) => Answer,
): Promise<number> {
  const all = await withAllProcesses(args)
  const wanted = readArguments(all, more, { several: true })
  if (wanted.others.length === 0 || typeof wanted.target !== 'number') {
    const capture = await captured(wanted)
    const { text, note: notice } = answerTo(capture, wanted)
    answer(text, capture)
    if (notice !== null) note(notice)
    return EXIT.ok
  }
  // Of all, some end before they are asked.
  const isWanted = all === args ? () => true : isAlive
  return answerSeveral([wanted.target, ...wanted.others], isWanted, wanted, answerTo)
}

/** `--all` without a PID: all that may be asked. */
async function withAllProcesses(args: readonly string[]): Promise<readonly string[]> {
  if (!asksForAll(args)) return args
  const found = await nodeProcesses()
  if (found.length === 0) throw new UsageError('there is no Node.js process that you can inspect')
  return [...args.filter((arg) => arg !== '--all'), ...found.map(({ pid }) => String(pid))]
}

async function answerSeveral(
  given: readonly number[],
  isWanted: (pid: number) => boolean,
  wanted: Arguments,
  answerTo: (capture: ProcessCapture, wanted: Arguments) => Answer,
): Promise<number> {
  const found: object[] = []
  let code: number = EXIT.ok
  for (const { pid, parent } of inOrder(given)) {
    if (!isWanted(pid)) continue
    const command = commandName(pid)
    if (!wanted.json) console.log(heading(pid, parent, command, found.length === 0))
    try {
      const capture = await captured({ ...wanted, target: pid, others: [] })
      const { text, note: notice } = answerTo(capture, wanted)
      if (!wanted.json) answer(text, capture)
      if (notice !== null) note(notice)
      found.push({ pid, parent, command, ...(wanted.json && { answer: JSON.parse(text) as unknown }) })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      found.push({ pid, parent, command, refused: error.message })
      if (!wanted.json) console.log(printable(error.message))
      if (code === EXIT.ok) code = exitCodeOf(error.reason)
    }
  }
  if (wanted.json) console.log(JSON.stringify({ version: 1, processes: found }, null, 2))
  return code
}

function heading(pid: number, parent: number | null, command: string, isFirst: boolean): string {
  const origin = parent === null ? '' : `, child of ${parent}`
  return `${isFirst ? '' : '\n'}== process ${pid}${origin}: ${printable(command)} ==\n`
}

/** Each behind its nearest ancestor among them, else in the order in which they were given. */
function inOrder(given: readonly number[]): { readonly pid: number; readonly parent: number | null }[] {
  const pids = [...new Set(given.map(meantBy))]
  const all = operatingSystem().parents()
  const parents = new Map(pids.map((pid) => [pid, ancestorsOf(pid, all).find((each) => pids.includes(each)) ?? null]))
  const below = (parent: number | null): { pid: number; parent: number | null }[] =>
    pids.filter((pid) => parents.get(pid) === parent).flatMap((pid) => [{ pid, parent }, ...below(pid)])
  return below(null)
}

function meantBy(pid: number): number {
  try {
    return programOf(pid, note)
  } catch {
    // It runs several: said when it is asked.
    return pid
  }
}
