/** `node --import async-trace/node-test --test`: a test that times out says what it waits for; and so on (docs/test-runners.md). */
import { runnerInstance } from './runner-instance.js'

export { setTestOptions } from './runner-instance.js'
export type { LeakMode, TestOptions } from './testing/test-settings.js'

if (runnerInstance?.isOn()) runnerInstance.followNodeTests()
