// A program behaves the same with and without tracing, also where Node.js maps the stacks itself.
import { testBehaviour } from '../behaviour.mjs'

testBehaviour('with --enable-source-maps', { flags: ['--enable-source-maps'] })
