import { ownValue } from '../engine/own-value.js'
import { OwnMap, sourceOf } from '../engine/primordials.js'
import { isPromiseResolver } from '../engine/promise-resolvers.js'
import { firstArgumentAt, parametersAround } from '../engine/source-text.js'
import { freeNames, usedNames } from '../heap/free-names.js'
import { executorOf, isFromNodesPromise } from '../record/hop.js'
import { originOfResource } from '../record/present.js'

/**
 * What a timer that an executor set does to the promise, by the names of the executor's parameters: a callback that
 * names only the second can only reject it, and is a time limit.
 *
 * @returns null if the text does not tell: the heap may.
 */
export function useOfTimer(timer: object): 'resolves' | 'rejects' | null {
  const origin = originOfResource(timer)
  // Only bare resolvers have no record.
  if (origin === null || isFromNodesPromise(origin)) return 'resolves'
  const executor = executorOf(origin)
  const parameters = executor === null ? null : parametersAround(executor)
  if (executor === null || parameters === null) return null
  const [resolve, reject] = parameters
  const callback = ownValue(timer, '_onTimeout')
  const names = isPromiseResolver(callback) ? new Set([firstArgumentAt(executor)]) : namesIn(callback)
  if (names === null) return null
  if (resolve != null && names.has(resolve)) return 'resolves'
  return reject != null && names.has(reject) ? 'rejects' : null
}

const MOST_TEXTS = 1_000
/** Thousands of timers may have the same callback. */
const namesInText = new OwnMap<string, ReadonlySet<string> | null>()

function namesIn(callback: unknown): ReadonlySet<string | null> | null {
  if (typeof callback !== 'function') return null
  const text = sourceOf(callback)
  let names = namesInText.get(text)
  if (names === undefined) {
    names = readNames(text)
    if (namesInText.size >= MOST_TEXTS) namesInText.clear()
    namesInText.set(text, names)
  }
  return names
}

/** The names that a function takes from around it, and does more with than take it out of a list. */
function readNames(text: string): ReadonlySet<string> | null {
  const isArrow = /^(?:async\s*)?(?:\(|[\w$]+\s*=>)/.test(text) && !/^(?:async\s+)?function\b/.test(text)
  const start = isArrow ? 0 : text.indexOf('(')
  const used = usedNames(text, start)
  return used === null ? null : new Set([...(freeNames(text, start) ?? [])].filter((name) => used.has(name)))
}
