import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadCore } from './compiled-core.js'
import type { Instance } from './instance.js'
import { publishedInstance } from './main-instance.js'
import type { TestOptions } from './testing/test-settings.js'

/**
 * What the entries for test runners use. Runners load these once for each test file, in a process, thread or context of its
 * own; the package itself is loaded once for each process or thread, and switches tracing on.
 */
export function runnerInstance(): Instance | null {
  return process.env['ASYNC_TRACE'] === 'off' ? (publishedInstance() as Instance | null) : findOrLoad()
}

export function setTestOptions(options: TestOptions): void {
  ;(runnerInstance() ?? findOrLoad()).setTestOptions(options)
}

function findOrLoad(): Instance {
  const found = publishedInstance() as Instance | null
  if (found !== null) {
    found.switchOnAsTold(false)
    return found
  }
  loadCore(builtFile('bundled/core.js'), 'test runner')
  const loaded = publishedInstance() as Instance
  loaded.markBeforeTests()
  return loaded
}

/** @param path in the folder of the built package. */
export function builtFile(path: string): string {
  const own = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url)
  // Built: in `dist`, or in `dist/cjs`.
  const folder = dirname(own)
  return join(/[\\/]cjs$/.test(folder) ? dirname(folder) : folder, path)
}
