/** `node --import async-trace/node-test --test`: a test that times out says what it waits for; and so on (docs/test-runners.md). */
import './index.js'
import { instance } from './instance.js'

export type { LeakMode, TestOptions } from './testing/test-settings.js'
export const { setTestOptions } = instance

if (instance.isOn()) instance.followNodeTests()
