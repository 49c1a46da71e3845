// A job of a worker pool prints who submitted it, though it had to wait for a free worker.
import { isMainThread } from 'node:worker_threads'
import { enableTracing, printTrace } from 'async-trace'

// --- in the worker

async function resize(image) {
  await null
  if (image.width === 0) throw new RangeError(`${image.name} is empty`)
  printTrace()
  return `${image.name}@small`
}

export default async function makeSmall(image) {
  return await resize(image)
}

// --- in the main thread

async function upload(pool, name) {
  return makeThumbnail(pool, { name, width: 800 })
}

function makeThumbnail(pool, image) {
  return pool.run(image)
}

async function importArchive(pool) {
  await null
  return makeThumbnail(pool, { name: 'broken.png', width: 0 })
}

if (isMainThread) {
  const { Piscina } = await import('piscina')
  const pool = new Piscina({ filename: new URL(import.meta.url).pathname, maxThreads: 1 })
  await Promise.all([upload(pool, 'a.png'), upload(pool, 'b.png')])

  // An error of a job has the worker's stack only, unless one asks for more.
  enableTracing({ errorPaths: true })
  await importArchive(pool).catch((error) => {
    const lines = error.stack.split('\n').filter((line) => !line.includes('node_modules'))
    console.log(lines.join('\n').replaceAll(/(file:\/\/)?\/\S*\//g, ''))
  })
  await pool.destroy()
}

/* prints:
↑ resize() at line 10 [examples/executor.mjs]
  ↑ makeSmall() at line 15 [examples/executor.mjs]
    ↑ makeThumbnail() at line 25 [examples/executor.mjs] [EXECUTOR]
      ↑ upload() at line 21 [examples/executor.mjs]
        ↑ <module> at line 36 [examples/executor.mjs]
          ↑ Task-1
↑ resize() at line 10 [examples/executor.mjs]
  ↑ makeSmall() at line 15 [examples/executor.mjs]
    ↑ makeThumbnail() at line 25 [examples/executor.mjs] [EXECUTOR]
      ↑ upload() at line 21 [examples/executor.mjs]
        ↑ <module> at line 36 [examples/executor.mjs]
          ↑ Task-1
RangeError: broken.png is empty
    at resize (executor.mjs:9:32)
    at async makeSmall (executor.mjs:15:10)
    -- executor Task-7 --
    at makeThumbnail (executor.mjs:25:15)
    at importArchive (executor.mjs:30:10)
    -- async Task-5 --
    at <module> (executor.mjs:40:9)
    -- Task-1 --
*/
