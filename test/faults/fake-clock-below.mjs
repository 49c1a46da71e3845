// The clock was faked before the tracer was loaded, and becomes real again above it.
// loads: itself
import { install } from '@sinonjs/fake-timers'

const clock = install({ now: 1_000_000 })
const tracer = await import('async-trace')
const log = []
async function work() {
  await new Promise((resolve) => setTimeout(resolve, 1000))
  log.push(Date.now())
  await new Promise((resolve) => setImmediate(resolve))
  log.push(Date.now())
}
const done = work()
await clock.tickAsync(999)
log.push(log.length)
await clock.runAllAsync()
await done
clock.uninstall()
await new Promise((resolve) => setTimeout(resolve, 1))
tracer.disableTracing()
await new Promise((resolve) => setTimeout(resolve, 1))
log.push(Date.now() > 1_000_000_000, setTimeout.name, '__wrapped' in setTimeout)
if (process.env.ASYNC_TRACE !== 'off') tracer.enableTracing()
await new Promise((resolve) => setTimeout(resolve, 1))
console.log(log.join('\n'))
