// Callbacks that were set up before tracing.
const { disableTracing, enableTracing } = require('async-trace')
const { trace } = require('./trace.cjs')

function setUp() {
  setTimeout(() => {
    trace('a') // a0 <anonymous>, a1 <not traced>
    process.nextTick(() => trace('b')) // b0 <anonymous>, b1 <anonymous> [NEXTTICK], b2 <not traced>
  }, 2)
  const done = new Promise((resolve) => setImmediate(resolve))
  done.then(() => {
    trace('c') // c0 <anonymous>, c1 <not traced>
    return Promise.resolve().then(() => trace('d')) // d0 <anonymous>, d1 <anonymous> [THEN], d2 <not traced>
  })
  return done
}

disableTracing()
const done = setUp()
enableTracing()
done.then(() => trace('e')) // e0 <anonymous>, e1 <module> [THEN]
