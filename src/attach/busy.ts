import { fileOfScript } from '../engine/call-sites.js'
import { originalPosition } from '../engine/source-maps.js'
import type { Frame } from '../model/frame.js'
import { askAgain } from './ask-again.js'
import { loopTurns, type RunningPlace, runningStack } from './in-target.js'
import { Refusal } from './refusal.js'
import { takeScriptMaps } from './script-maps.js'
import type { Target } from './target.js'

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
  let places: readonly RunningPlace[] | null
  try {
    handle = await within(INTERRUPT_MS, getBuiltin())
    // Null where it never can be told.
    places = await within(
      INTERRUPT_MS,
      askAgain(MOST_TRIES, () => target.runForValue<RunningPlace[] | null>(handle, runningStack)),
    )
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'no-answer') return { stack: [] }
    throw error
  }
  const scripts = new Set(places?.map(([, script]) => script))
  await within(INTERRUPT_MS, takeScriptMaps(target, scripts)).catch(() => undefined)
  const stack = places?.flatMap(frameOf) ?? []
  if (places !== null && stack.length === 0) return null
  try {
    await within(TURN_MS, target.awaited(handle, loopTurns))
    return null
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'no-answer') return { stack }
    throw error
  }
}

function frameOf(place: RunningPlace): Frame[] {
  const [text, script, line, column, isModule] = place
  if (script === '' || script === 'async-trace' || script.startsWith('node:') || line === 0) return []
  const own = /^(async )?(?:(.*) \()?/.exec(text)
  const bare = own?.[2]?.replace(/ \[as [^\]]*\]$/, '')
  const name = isModule ? '<module>' : `${own?.[1] ?? ''}${bare ?? '<anonymous>'}`
  const original = originalPosition(script, line, column)
  return [
    {
      name,
      filename: original?.file ?? fileOfScript(script),
      line: original?.line ?? line,
      column: original?.column ?? column,
    },
  ]
}

function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Refusal('no-answer', `no answer within ${ms} ms`)), ms)
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
