import timers from 'node:timers'
import { closureVariables, liveObjects } from './live-objects.js'
import { ownValue } from './own-value.js'
import { ownKeys } from './primordials.js'
import { timerPrototype } from './real-clock.js'

/** As it was when this was loaded: it closes over Node's lists. */
const { setTimeout: startTimer } = timers
/** Of one duration: Node has none so long that this would not end it. */
const MOST_TIMERS = 10_000_000

/** Undefined until it is looked for; null if Node has no such variable. */
let lists: object | null | undefined

/**
 * The timers of this thread that are set, and perhaps some that are not, by Node's own lists of them, one for each duration, each a ring
 * through the list itself (Node 20 to 26). Where these are not found, V8 finds the objects, which costs a collection of the heap.
 */
export function setTimers(): readonly object[] {
  if (timerPrototype === null) return []
  if (lists === undefined) lists = listsOfTimers()
  const found = lists === null ? null : timersIn(lists)
  return found ?? liveObjects([timerPrototype])[0] ?? []
}

function listsOfTimers(): object | null {
  try {
    const [map] = closureVariables(startTimer, ['timerListMap'])
    return isObject(map) ? map : null
  } catch {
    return null
  }
}

/** Null if they are not as they are expected to be: Node may be at work on them. */
function timersIn(map: object): object[] | null {
  const found: object[] = []
  for (const key of ownKeys(map)) {
    const list = ownValue(map, key)
    if (!isObject(list)) return null
    for (let timer = ownValue(list, '_idleNext'); timer !== list; timer = ownValue(timer, '_idleNext')) {
      if (!isObject(timer) || found.length === MOST_TIMERS) return null
      found.push(timer)
    }
  }
  return found
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
