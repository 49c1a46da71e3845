/** `node --require async-trace/node-test --test`: a test that times out says what it waits for; and so on (docs/test-runners.md). */
import { builtFile, runnerInstance } from './runner-instance.js'
import { quietMsOfEnvironment } from './testing/quiet-limit.js'
import { isWatchedByParent, watchTestProcesses } from './testing/test-processes.js'

export { setTestOptions } from './runner-instance.js'
export type { LeakMode, TestOptions } from './testing/test-settings.js'

if (startsProcessForEachFile()) {
  if (process.env['ASYNC_TRACE'] !== 'off')
    watchTestProcesses(quietMsOfEnvironment(), builtFile('cli/blocked-process.js'))
} else {
  const isWatched = isWatchedByParent()
  const instance = runnerInstance()
  if (instance?.isOn()) instance.followNodeTests(isWatched)
}

/** Then this process runs no tests. */
function startsProcessForEachFile(): boolean {
  const { NODE_TEST_CONTEXT, NODE_OPTIONS = '' } = process.env
  if (NODE_TEST_CONTEXT !== undefined || !process.execArgv.includes('--test')) return false
  // A file of options may say that all tests run in this process.
  return !/--(?:experimental-)?test-isolation[= ]none|--experimental-(?:default-)?config-file/.test(
    [...process.execArgv, NODE_OPTIONS].join(' '),
  )
}
