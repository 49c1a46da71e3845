/** In Jest. */
import './index.js'
import { instance } from './instance.js'

export type { LeakMode, TestOptions } from './testing/test-settings.js'
export const { setTestOptions } = instance
