// What is rejected in a ring is handled, or not, as ever; and callbacks run in their order.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
process.on('unhandledRejection', (reason) => console.log('unhandled', reason))
process.on('rejectionHandled', () => console.log('handled later'))
for (const isHandled of [true, false]) {
  let close
  const closed = new Promise((resolve) => {
    close = resolve
  })
  let fail
  const failing = new Promise((_, reject) => {
    fail = reject
  })
  const round = Promise.race([closed, failing])
  close(round)
  await sleep(1)
  if (isHandled) round.catch((reason) => console.log('caught', reason))
  round.finally(() => console.log('finally')).catch(() => console.log('after'))
  fail(isHandled ? 'one' : 'two')
  queueMicrotask(() => console.log('microtask 1'))
  Promise.resolve()
    .then(() => console.log('microtask 2'))
    .then(() => console.log('microtask 3'))
    .then(() => console.log('microtask 4'))
  await sleep(5)
}
console.log('end')
