/**
 * The optional accelerator, the package `async-trace-native` (`native/`): it recognises a call stack that was captured
 * before by its return addresses, which costs V8 a fraction of decoding the stack anew.
 */
import { join } from 'node:path'
import { existsSync } from './node-primordials.js'
import { ownFile } from './own-files.js'
import { apply, sliceText } from './primordials.js'

/**
 * @returns the number of the present stack, or `~number` if it is new. Numbers begin at 0 again when the table is
 * emptied: a number always comes as new before it comes as known.
 */
export type FindStack = () => number

/** In place of a number: the stack is too deep to be looked up. */
export const NOT_LOOKED_UP = -2_147_483_648

/** So many stacks the table holds at most: `kMaxStacks` in native/stack-table.cc. */
export const MAX_STACKS = 16_384

const { dlopen, env, versions } = process
const SETTING = 'ASYNC_TRACE_NATIVE'

/** Where a binary lies in the package: one for each platform and each version of Node's binary interface. */
export const binaryPath = join('prebuilds', `${process.platform}-${process.arch}`, `node.abi${versions.modules}.node`)

/** In a clone it is in `native/`; npm puts it beside this package, or into it. */
const FOLDERS = ['../native', '../../async-trace-native', '../node_modules/async-trace-native']

/** @returns the function, or why there is none. */
export function loadStackTable(): FindStack | string {
  if (env[SETTING] === 'off') return 'ASYNC_TRACE_NATIVE=off'
  if (ownFile('') === null) return 'async-trace is part of a bundle'
  try {
    const file = findBinary()
    if (file === null) return 'async-trace-native is not installed'
    if (file === '')
      return `async-trace-native has no binary for Node ${versions.node} on ${process.platform}-${process.arch}`
    // Not `require`, which would leave a module in the program's cache.
    const module: { exports: { find?: FindStack } } = { exports: {} }
    apply(dlopen, process, [module, file])
    const { find } = module.exports
    return find !== undefined && tellsStacksApart(find) ? find : 'stacks are not recognised on this Node'
  } catch (error) {
    return refusal(error)
  }
}

/** Whether each stack that is recognised is to be captured all the same, and compared: for tests. */
export function isEachCompared(): boolean {
  return env[SETTING] === 'compare'
}

/** @returns an empty text if the package is there without a binary for this Node; null if it is not there. */
function findBinary(): string | null {
  let found: string | null = null
  for (let i = 0; i < FOLDERS.length; i++) {
    const folder = ownFile(FOLDERS[i] as string) as string
    const file = join(folder, binaryPath)
    if (existsSync(file)) return file
    if (existsSync(join(folder, 'package.json'))) found = ''
  }
  return found
}

function refusal(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (code === 'ERR_DLOPEN_DISABLED') return 'native addons are not allowed in this process'
  return `the binary of async-trace-native was not loaded: ${sliceText(String(message), 0, 200)}`
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
