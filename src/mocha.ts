/** `mocha --require async-trace/mocha`: a test that times out says what it waits for; and so on (docs/test-runners.md). */
import { runnerInstance } from './runner-instance.js'
import type { MochaHooks } from './testing/mocha-runs.js'

export { setTestOptions } from './runner-instance.js'
export type { LeakMode, TestOptions } from './testing/test-settings.js'

const instance = runnerInstance()

/** Mocha's root hooks. */
export const mochaHooks: Partial<MochaHooks> = instance?.isOn() ? instance.mochaHooks() : {}
