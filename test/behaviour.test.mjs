// A program behaves the same with and without tracing. More settings: test/harmless/behaviour.test.mjs.
import { testBehaviour } from './behaviour.mjs'
import { casesOf } from './every-case.mjs'

/** Their processes and workers take longest, and load the tracer by a flag of their own anyway. */
const OF_PROCESSES = ['children.mjs', 'cluster.mjs', 'fork.mjs', 'threads.mjs']

testBehaviour('as it is', {})
testBehaviour('loaded by --import', { flags: ['--import', 'async-trace/register'] }, (files) =>
  casesOf(files, (file) => !OF_PROCESSES.includes(file)),
)
