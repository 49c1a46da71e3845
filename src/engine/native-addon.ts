/** The optional accelerator, the package `async-trace-native` (`native/`): where its binary is, and what is in it. */
import { join } from 'node:path'
import { existsSync } from './node-primordials.js'
import { ownFile } from './own-files.js'
import { apply, sliceText } from './primordials.js'

interface Addon {
  /** See stack-table.ts. */
  readonly find?: () => number
  readonly isRejected?: (promise: object) => boolean
}

const { dlopen, env, versions } = process
const SETTING = 'ASYNC_TRACE_NATIVE'

/** Where a binary lies in the package: one for each platform and each version of Node's binary interface. */
export const binaryPath = join('prebuilds', `${process.platform}-${process.arch}`, `node.abi${versions.modules}.node`)

/** In a clone it is in `native/`; npm puts it beside this package, or into it. */
const FOLDERS = ['../native', '../../async-trace-native', '../node_modules/async-trace-native']

/** Once in a thread: each load has a table of its own. */
let loaded: Addon | null = null

/** @returns what the addon has, or why there is none. */
export function loadAddon(): Addon | string {
  if (env[SETTING] === 'off') return 'ASYNC_TRACE_NATIVE=off'
  if (ownFile('') === null) return 'async-trace is part of a bundle'
  if (loaded !== null) return loaded
  try {
    const file = findBinary()
    if (file === null) return 'async-trace-native is not installed'
    if (file === '')
      return `async-trace-native has no binary for Node ${versions.node} on ${process.platform}-${process.arch}`
    // Not `require`, which would leave a module in the program's cache.
    const module: { exports: Addon } = { exports: {} }
    apply(dlopen, process, [module, file])
    loaded = module.exports
    return loaded
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
