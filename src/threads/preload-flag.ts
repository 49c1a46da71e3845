import { existsSync } from '../engine/node-primordials.js'
import { ownFile } from '../engine/own-files.js'

/** What workers and processes that a traced thread makes load by `--require`, before the program's first line. Empty in a bundle. */
export const PRELOAD = ownFile('threads/preload.cjs') ?? ''

let isThere: boolean | null = null

export function mayPreload(): boolean {
  isThere ??= PRELOAD === '' ? sayNoPreload() : existsSync(PRELOAD)
  const { permission } = process as { permission?: { has(scope: string, reference: string): boolean } }
  return isThere && permission?.has('fs.read', PRELOAD) !== false
}

function sayNoPreload(): false {
  process.stderr.write(
    'async-trace: it is part of a bundle, without its own files: worker threads and child processes are not traced.\n',
  )
  return false
}

/** In a thread that was made to load it: the program is not to see that. */
export function hidePreload(): void {
  const { execArgv } = process
  const at = execArgv.indexOf(PRELOAD)
  if (at > 0 && execArgv[at - 1] === '--require') execArgv.splice(at - 1, 2)
  const modules: unknown = Reflect.get(process, '_preload_modules')
  if (!Array.isArray(modules) || !modules.includes(PRELOAD)) return
  // Node is just going through this very array.
  const value = modules.filter((module) => module !== PRELOAD) as unknown[]
  Object.defineProperty(process, '_preload_modules', { value })
}
