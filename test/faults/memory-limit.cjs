// A heap that is too small: the process ends as it does without the tracer; a worker reports it as an error.
// flags: --max-old-space-size=24
// each: process worker
const { Worker, isMainThread } = require('node:worker_threads')

async function grow() {
  const kept = []
  for (let i = 0; ; i++) {
    kept.push((async () => { await new Promise(() => kept) })(), new Array(1000).fill(i))
    if (i % 100 === 0) await null
  }
}
if (process.argv[2] === 'process' || !isMainThread) grow()
else {
  const worker = new Worker(__filename, { resourceLimits: { maxOldGenerationSizeMb: 16 } })
  worker.on('error', (error) => console.log(error.code))
  worker.on('exit', (code) => console.log('exit', code))
}
