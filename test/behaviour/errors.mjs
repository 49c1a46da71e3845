// Errors, their stacks and rejections, with stack settings that others have changed.
import 'async-trace'

const short = (stack) => String(stack).split('\n').slice(0, 3).map((line) => line.replace(/\(?file:.*\//, '')).join(' | ')
async function fails() {
  await null
  throw new Error('failed')
}
const attempt = () => fails().catch((error) => short(error.stack))

console.log(await attempt())
for (const limit of [0, 1, Number.POSITIVE_INFINITY, 'none', undefined]) {
  Error.stackTraceLimit = limit
  console.log(String(limit), await attempt(), Error.stackTraceLimit)
}
delete Error.stackTraceLimit
console.log('deleted', await attempt(), 'stackTraceLimit' in Error)
Error.stackTraceLimit = 10
Error.prepareStackTrace = (error, sites) => `${error.message} with ${sites.length > 0}`
console.log(await attempt(), Object.keys(Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')).join())
Error.prepareStackTrace = () => {
  throw new Error('thrown by prepareStackTrace')
}
await fails().catch((error) => {
  try {
    console.log(error.stack)
  } catch (thrown) {
    console.log(thrown.message)
  }
})
delete Error.prepareStackTrace
process.on('unhandledRejection', (reason, promise) => console.log('unhandled', reason.message, promise instanceof Promise))
process.on('rejectionHandled', () => console.log('handled later'))
process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin))
const late = fails()
void fails()
Promise.reject(new Error('at once'))
Promise.resolve().then(() => {
  throw new Error('in then')
})
process.nextTick(() => {
  throw new Error('in a tick')
})
queueMicrotask(() => {
  throw new Error('in a microtask')
})
await new Promise((resolve) => setTimeout(resolve, 100))
late.catch(() => {})
await new Promise((resolve) => setTimeout(resolve, 100))
setTimeout(() => {
  throw new Error('in a timer')
}, 1)
await new Promise((resolve) => setTimeout(resolve, 100))
setImmediate(() => {
  throw new Error('in an immediate')
})
await new Promise((resolve) => setTimeout(resolve, 100))
