import { functionInText } from '../engine/call-text.js'
import { fileOfScript } from '../engine/script-file.js'
import type { Frame } from '../model/frame.js'
import { isScriptOfProgram } from '../model/package-of.js'
import { askAgain } from './ask-again.js'
import { loopTurns, runningStack, type StackPlace } from './in-target.js'
import { ownScriptsAmong } from './recorded.js'
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

/** @param mayCompute asked if no function runs at the moment: whether the thread may not come to its event loop all the same. */
export async function busyWith(
  target: Target,
  getBuiltin: () => Promise<string>,
  mayCompute: () => Promise<boolean>,
): Promise<Busy | null> {
  try {
    const handle = await within(INTERRUPT_MS, getBuiltin())
    const places = await placesIn(target, handle)
    // Between two microtasks no function runs. If there is no end of them, the loop does not turn either.
    const isBetween = places?.length === 0
    if ((isBetween && !(await mayCompute())) || (await turns(target, handle))) return null
    if (!isBetween) return { stack: await framesOf(target, places ?? []) }
    const later = await askAgain(MOST_TRIES, async () => {
      const found = await placesIn(target, handle)
      return found === null || found.length > 0 ? (found ?? []) : null
    })
    return later === null ? null : { stack: await framesOf(target, later) }
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'no-answer') return { stack: [] }
    throw error
  }
}

/** The program's functions that run; null if that can never be told. */
async function placesIn(target: Target, handle: string): Promise<StackPlace[] | null> {
  const ask = () => target.runForValue<StackPlace[] | null>(handle, runningStack)
  const found = await within(INTERRUPT_MS, askAgain(MOST_TRIES, ask))
  if (found === null) return null
  const places = found.filter(isPrograms)
  const own = await within(INTERRUPT_MS, ownScriptsAmong(target, new Set(places.map(([, script]) => script))))
  return places.filter(([, script]) => !own.has(script))
}

async function turns(target: Target, handle: string): Promise<boolean> {
  try {
    await within(TURN_MS, target.awaited(handle, loopTurns))
    return true
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'no-answer') return false
    throw error
  }
}

async function framesOf(target: Target, places: readonly StackPlace[]): Promise<Frame[]> {
  const hashes = new Set(places.map((place) => place[5]))
  const scripts = await within(INTERRUPT_MS, scriptsWith(target, hashes)).catch(() => null)
  return places.map((place) => frameOf(place, scripts))
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
