// .then, .catch and .finally: the callback comes from the line of the call.
const { trace } = require('./trace.cjs')

function main() {
  Promise.resolve(1)
    .then(() => { // a1 main [THEN]
      trace('a') // a0 <anonymous>
    })
    .then(async function second() { // b1 main [THEN]
      await null
      trace('b') // b0 second
      throw new Error('expected')
    })
    .catch(() => { // c1 main [THEN]
      trace('c') // c0 <anonymous>
    })
    .finally(() => { // d1 main [THEN]
      trace('d') // d0 <anonymous>
    })
}
main() // a2 <module>, b2 <module>, c2 <module>, d2 <module>
