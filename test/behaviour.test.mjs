// A program behaves the same with and without tracing. More settings: test/harmless/behaviour.test.mjs.
import { testBehaviour } from './behaviour.mjs'

testBehaviour('as it is', {})
testBehaviour('loaded by --import', { flags: ['--import', 'async-trace/register'] })
