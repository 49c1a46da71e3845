// The combinations of test/worker-flags.test.mjs, many more of them.
//   WORKER_FLAGS_SEED=2 node test/harmless/worker-flags.mjs
process.env['WORKER_FLAGS_PROCESSES'] ??= '40'
await import('../worker-flags.test.mjs')
