import { ownValue } from './own-value.js'
import { sourceOf } from './primordials.js'

const NATIVE = 'function () { [native code] }'

/**
 * Whether a function is one that V8 hands to a `new Promise` executor: none of the program's code runs in
 * its call. It has no source and no name and takes one argument (Node 20 to 26). A proxy is never asked.
 */
export function isPromiseResolver(callback: unknown): boolean {
  return (
    typeof callback === 'function' &&
    sourceOf(callback) === NATIVE &&
    ownValue(callback, 'name') === '' &&
    ownValue(callback, 'length') === 1
  )
}
