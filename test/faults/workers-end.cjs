// Workers that are terminated, or leave, or fail, in every phase of their life.
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')

const phases = {
  'at once': () => {},
  'in a loop': () => { parentPort.postMessage('ready'); for (;;); },
  'in a wait': () => { parentPort.postMessage('ready'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) },
  'in an await': async () => { parentPort.postMessage('ready'); await new Promise((resolve) => setTimeout(resolve, 60_000)) },
  'in microtasks': () => { parentPort.postMessage('ready'); const again = () => Promise.resolve().then(again); again() },
  'in ticks': () => { parentPort.postMessage('ready'); const again = () => process.nextTick(again); again() },
  'by itself': async () => { await null; process.exit(5) },
  'by an exception': async () => { await null; throw new Error('in the worker') },
  'by a rejection': () => { Promise.reject(new Error('rejected')) },
  'by its end': async () => { await new Promise((resolve) => setImmediate(resolve)); parentPort.postMessage('done') },
}
async function end(phase) {
  const worker = new Worker(__filename, { workerData: phase })
  const log = []
  worker.on('error', (error) => log.push(error.message))
  const exited = new Promise((resolve) => worker.on('exit', resolve))
  if (phase === 'at once') worker.terminate()
  worker.on('message', (message) => {
    log.push(message)
    if (message === 'ready') worker.terminate()
  })
  const code = await exited
  return `${phase}: ${log.join()} exit ${code}`
}
if (isMainThread) {
  (async () => {
    for (const phase of Object.keys(phases)) console.log(await end(phase))
  })()
} else phases[workerData]()
