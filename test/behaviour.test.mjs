// A program behaves the same with and without tracing. More settings: test/harmless/behaviour.test.mjs.
import { testBehaviour } from './behaviour.mjs'
import { casesOf } from './every-case.mjs'

/** Their processes and workers take longest, and load the tracer by a flag of their own anyway. */
const OF_PROCESSES = ['children.mjs', 'cluster.mjs', 'fork.mjs', 'threads.mjs']

// Two of the four are enough for a first look.
testBehaviour('as it is', {}, (files) => casesOf(files, (file) => !['children.mjs', 'fork.mjs'].includes(file)))
testBehaviour('loaded by --import', { flags: ['--import', 'async-trace/register'] }, (files) =>
  casesOf(files, (file) => !OF_PROCESSES.includes(file)),
)
