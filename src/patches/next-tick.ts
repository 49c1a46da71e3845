import { apply } from '../engine/primordials.js'
import { captureSyncStack } from '../engine/sync-capture.js'
import { beginCapture, ErrorOfRealm, endCapture, isWalkOff } from '../record/capture.js'
import { countFault } from '../record/faults.js'
import { keepStack, knownStack } from '../record/known-stacks.js'
import { MAX_FRAMES, type RawStack } from '../record/origin.js'
import { dropTickStack, keepTickStack, needsTickStack } from '../record/tick-stack.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

/**
 * `process.nextTick`, which Node's own streams call as well. Node announces the tick itself (`native-callbacks.ts`);
 * only its stack is captured here, before Node's three functions are on it: V8 takes its time for each.
 */
export function patchNextTick(isOn: () => boolean): Undo[] {
  const wrap = (original: AnyFunction): AnyFunction =>
    function nextTick(this: unknown, ...args: unknown[]) {
      if (!isOn() || !needsTickStack(args[0])) return apply(original, this, args)
      try {
        let stack: RawStack | null = knownStack()
        if (stack === null) {
          const limit = beginCapture(MAX_FRAMES)
          stack = isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm()
          endCapture(limit)
          keepStack(stack)
        }
        keepTickStack(stack)
      } catch (error) {
        countFault(error)
      }
      try {
        return apply(original, this, args)
      } finally {
        dropTickStack()
      }
    }
  return [wrapFunction(process, 'nextTick', wrap)]
}
