import timers from 'node:timers'
import { apply } from '../engine/primordials.js'
import type { Boundary } from '../model/task.js'
import { begunWork } from '../record/begun-work.js'
import { beginPatchedCall, endPatchedCall } from '../record/patched-calls.js'
import { isLongTimer, noteResource, recordCreation } from '../record/resources.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

const TIMERS: readonly (readonly [name: string, boundary: Boundary])[] = [
  ['setTimeout', 'timeout'],
  ['setInterval', 'interval'],
  ['setImmediate', 'immediate'],
]

/**
 * Global timers and those of `node:timers`. The callback is not wrapped: the timer itself carries the
 * record, and Node names the running timer by `executionAsyncResource()`. What `node:timers/promises`
 * makes is announced by Node (`native-callbacks.ts`).
 */
export function patchTimers(isOn: () => boolean): Undo[] {
  return TIMERS.flatMap(([name, boundary]) => {
    const wrap = (original: AnyFunction): AnyFunction => {
      return function (this: unknown, ...args: unknown[]) {
        if (!isOn()) return apply(original, this, args)
        const outer = beginPatchedCall()
        let timer: unknown
        try {
          timer = apply(original, this, args)
        } finally {
          endPatchedCall(outer)
        }
        try {
          recordTimer(timer, boundary, args[0])
        } catch {
          // Only a full stack throws here; the timer is set, and the program must get it.
        }
        return timer
      }
    }
    // One function under two names stays one function.
    const shared = Reflect.get(timers, name) === Reflect.get(globalThis, name)
    const undoGlobal = wrapFunction(globalThis, name, wrap)
    const wrapped = Reflect.get(globalThis, name) as AnyFunction
    return [undoGlobal, wrapFunction(timers, name, shared ? () => wrapped : wrap)]
  })
}

function recordTimer(timer: unknown, boundary: Boundary, callback: unknown): void {
  if (typeof timer !== 'object' || timer === null) return
  const use = boundary === 'interval' ? 'often' : isLongTimer(timer) ? 'late' : 'soon'
  recordCreation(timer, boundary, use, callback)
  if (boundary === 'immediate') return
  noteResource(timer, boundary)
  if (begunWork.isNoted) begunWork.addTimer(timer)
}
