import { runInThisContext } from 'node:vm'
import { OWN_NAME } from './model/own-name.js'

const KEY = Symbol.for('async-trace.instance')

/** This thread's own, whatever context (Jest makes one for each test file) this copy was loaded in. */
export function mainGlobal(): object {
  return runInThisContext('globalThis', { filename: OWN_NAME }) as object
}

/** What the first copy of this package in this thread has put there for all others; null if there is none yet. */
export function publishedInstance(): object | null {
  const found: unknown = Reflect.get(mainGlobal(), KEY)
  return typeof found === 'object' ? found : null
}

export function publishInstance(instance: object): void {
  const global = mainGlobal()
  if (Object.isExtensible(global)) Object.defineProperty(global, KEY, { value: instance })
}
