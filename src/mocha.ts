/** `mocha --require async-trace/mocha`: a test that times out says what it waits for; and so on (docs/test-runners.md). */
import './index.js'
import { instance } from './instance.js'
import type { MochaHooks } from './testing/mocha-runs.js'

export type { LeakMode, TestOptions } from './testing/test-settings.js'
export const { setTestOptions } = instance

/** Mocha's root hooks. */
export const mochaHooks: Partial<MochaHooks> = instance.isOn() ? instance.mochaHooks() : {}
