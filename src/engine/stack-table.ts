/**
 * The optional accelerator, the package `async-trace-native` (`native/`): it recognises a call stack that was captured
 * before by its return addresses, which costs V8 a fraction of decoding the stack anew.
 */
import { loadAddon } from './native-addon.js'

/**
 * @returns the number of the present stack, or `~number` if it is new. Numbers begin at 0 again when the table is
 * emptied: a number always comes as new before it comes as known.
 */
export type FindStack = () => number

/** In place of a number: the stack is too deep to be looked up. */
export const NOT_LOOKED_UP = -2_147_483_648

/** So many stacks the table holds at most: `kMaxStacks` in native/stack-table.cc. */
export const MAX_STACKS = 16_384

/** Once in a thread, as the addon is: when tracing is switched on again, the stacks of the check are known. */
let isSound: boolean | null = null

/** @returns the function, or why there is none. */
export function loadStackTable(): FindStack | string {
  const addon = loadAddon()
  if (typeof addon === 'string') return addon
  const { find } = addon
  isSound ??= find !== undefined && tellsStacksApart(find)
  return find !== undefined && isSound ? find : 'stacks are not recognised on this Node'
}

/**
 * One stack has one number, and another one has another. A compiler may take the first turn of the loop out of it: that has
 * an address of its own.
 */
function tellsStacksApart(find: FindStack): boolean {
  const numbers: number[] = []
  for (let i = 0; i < 4; i++) numbers[i] = find()
  const number = numbers[3] as number
  const isNewOnce = numbers[1] === ~number || (numbers[1] === number && numbers[0] === ~number)
  const below = () => find()
  const other = below()
  return number >= 0 && numbers[2] === number && isNewOnce && other < 0 && other !== ~number && below() !== number
}
