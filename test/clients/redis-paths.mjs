// Where the answers of Redis go: after the await of a command, into a callback, and from a pipeline.
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { trace } from './trace.mjs'

const program = fileURLToPath(import.meta.url)

async function awaited(redis) {
  await redis.set('key', 'value')
  trace('after the await', program)
}

function calledBack(redis, done) {
  redis.get('key', () => {
    trace('in the callback', program)
    done()
  })
}

async function piped(redis) {
  await redis.pipeline().get('key').del('key').exec()
  trace('after a pipeline', program)
}

async function page(redis) {
  await awaited(redis)
  await new Promise((resolve) => calledBack(redis, resolve))
  await piped(redis)
}

async function push(redis) {
  await redis.rpush('jobs', 'job')
}

async function pop(redis) {
  await redis.blpop('jobs', 0)
  trace('who pops, not who pushes', program)
}

const redis = new Redis({ host: '127.0.0.1', port: Number(process.env.PORT) })
const other = redis.duplicate()
await page(redis)
await Promise.all([pop(other), push(redis)])
redis.disconnect()
other.disconnect()

/* prints:
after the await
  awaited:10
  page:26
  <module>:42
  Task-1
in the callback
  <anonymous>:15
  calledBack:14
  <anonymous>:27
  page:27
  <module>:42
  Task-1
after a pipeline
  piped:22
  page:28
  <module>:42
  Task-1
who pops, not who pushes
  pop:37
  <module>:43
  Task-1
*/
