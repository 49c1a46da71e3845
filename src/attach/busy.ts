import { functionInText } from '../engine/call-text.js'
import { fileOfScript } from '../engine/script-file.js'
import type { Frame } from '../model/frame.js'
import { isScriptOfProgram } from '../model/package-of.js'
import { askAgain } from './ask-again.js'
import { loopTurns, runningStack, type StackPlace } from './in-target.js'
import { Refusal } from './refusal.js'
import type { Target } from './target.js'
import { TargetScripts } from './target-scripts.js'

/** How long an event loop may take to turn before its thread counts as busy. */
const TURN_MS = 500
/** A thread that runs JavaScript is interrupted within milliseconds; one in native code is not. */
const INTERRUPT_MS = 2_000

const MOST_TRIES = 50

/** What a thread that does not come to its event loop is doing; null for one that does. */
export interface Busy {
  /** Innermost first, the awaiting functions below; empty where the thread is in native code. */
  readonly stack: readonly Frame[]
}

export async function busyWith(target: Target, getBuiltin: () => Promise<string>): Promise<Busy | null> {
  let handle: string
  let places: readonly StackPlace[] | null
  try {
    handle = await within(INTERRUPT_MS, getBuiltin())
    // Null where it never can be told.
    places = await within(
      INTERRUPT_MS,
      askAgain(MOST_TRIES, () => target.runForValue<StackPlace[] | null>(handle, runningStack)),
    )
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'no-answer') return { stack: [] }
    throw error
  }
  const hashes = (places ?? []).filter(isPrograms).map((place) => place[5])
  const scripts = await within(INTERRUPT_MS, scriptsWith(target, new Set(hashes))).catch(() => null)
  const stack = (places ?? []).filter(isPrograms).map((place) => frameOf(place, scripts))
  if (places !== null && stack.length === 0) return null
  try {
    await within(TURN_MS, target.awaited(handle, loopTurns))
    return null
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'no-answer') return { stack }
    throw error
  }
}

async function scriptsWith(target: Target, hashes: ReadonlySet<string>): Promise<TargetScripts> {
  const scripts = await TargetScripts.of(target)
  const ids = [...hashes].map((hash) => scripts.idOf(hash)).filter((id) => id !== undefined)
  await scripts.read(target, new Set(ids))
  return scripts
}

function isPrograms([, script, line]: StackPlace): boolean {
  return isScriptOfProgram(script) && line !== 0
}

function frameOf(place: StackPlace, scripts: TargetScripts | null): Frame {
  const [text, script, line, column, isModule, hash] = place
  const own = functionInText(text)
  const name = isModule ? '<module>' : `${own.isAwaiting ? 'async ' : ''}${own.name ?? '<anonymous>'}`
  const frame = scripts?.frameAt(name, scripts.idOf(hash), line, column) ?? null
  return frame ?? { name, filename: fileOfScript(script), line, column }
}

function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Refusal('no-answer', `no answer within ${ms} ms`)), ms)
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
