import { originOfPromise } from '../record/present.js'
import type { Chain } from './chains.js'
import { taskOfOrigin } from './creation-path.js'
import { isAwait, isHeld, isThen, isTold, type PresentWait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'

/**
 * Callbacks given to `.then` that nobody awaits, and that no function of the program's would bring about: without
 * these a program of promise chains would seem to do nothing. A chain for each last callback, outermost first as
 * those of functions.
 *
 * @param running the promise of the function that asks; null where there is none.
 */
export function thenChains(waits: PresentWaits, running: object | null): Chain[] {
  const after = afterFunctions(waits, running)
  const chains: Chain[] = []
  for (const wait of waits.all) {
    if (!isThen(wait) || after.has(wait.on) || goesOn(waits, wait.of)) continue
    const task = waits.frameOf(wait) === null ? null : taskOfOrigin(originOfPromise(wait.waiter))
    if (task === null) continue
    const members = upwards(waits, wait)
    chains.push({ task, recordedTask: task, waits: members, innermost: members.at(-1) ?? wait })
  }
  return chains
}

/** Whether anything of the program's waits for a promise, also through promises that only pass on what it brings. */
function goesOn(waits: PresentWaits, promise: object): boolean {
  const seen = new Set([promise])
  for (const each of seen) {
    for (const wait of waits.waitersOf(each)) {
      if (isAwait(wait) || isThen(wait) || isTold(wait)) return true
      seen.add(wait.of)
    }
  }
  return false
}

function upwards(waits: PresentWaits, last: PresentWait): PresentWait[] {
  const members = new Set<PresentWait>()
  for (let next: PresentWait | undefined = last; next !== undefined && !members.has(next); ) {
    members.add(next)
    const [before, ...others] = waits.waitsOf(next.on)
    const goesOn = before !== undefined && others.length === 0 && isThen(before) && waits.frameOf(before) !== null
    next = goesOn ? before : undefined
  }
  return [...members]
}

/** Promises that wait, at the end, for a function of the program's that is suspended or runs. */
function afterFunctions(waits: PresentWaits, running: object | null): ReadonlySet<object> {
  const open = waits.all.filter((wait) => isAwait(wait) && !waits.isHidden(wait)).map(({ of }) => of)
  if (running !== null) open.push(running)
  const after = new Set(open)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const wait of waits.waitersOf(next)) {
      // Who waits for a lock does not hang on who has it: another function has yet to let go.
      if (isHeld(wait) || after.has(wait.of)) continue
      after.add(wait.of)
      open.push(wait.of)
    }
  }
  return after
}
