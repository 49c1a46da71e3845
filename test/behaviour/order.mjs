// The order of callbacks of every kind.
import 'async-trace'

const log = []
const note = (what) => () => void log.push(what)
const thenable = { then(resolve) { log.push('then()'); resolve() } }

async function steps(name) {
  for (let i = 0; i < 4; i++) {
    await [null, Promise.resolve(), thenable, steps.nothing()][i]
    log.push(`${name} ${i}`)
  }
  return name
}
steps.nothing = async () => {}

// Which of a timer and an immediate comes first is for the clock to say, unless they start in one phase.
setImmediate(() => {
  setTimeout(note('timeout'), 0)
  setImmediate(note('immediate'))
  const end = performance.now() + 5
  while (performance.now() < end);
})
process.nextTick(note('tick'))
queueMicrotask(note('microtask'))
steps('a').then(note('a done')).finally(note('a finally'))
steps('b')
Promise.all([steps('c'), 1, thenable]).then(note('all'))
Promise.race([steps('d'), new Promise(() => {})]).then(note('race'))
Promise.any([Promise.reject(1), steps('e')]).then(note('any'))
Promise.allSettled([Promise.reject(1), 2]).then(note('allSettled'))
class Sub extends Promise {}
Sub.resolve(1).then(note('sub')).then(note('sub 2'))
new Promise((resolve) => resolve(steps('f'))).then(note('adopted'))
;(async () => steps('g'))().then(note('returned'))
;(async () => {
  for await (const n of (async function* () { yield 1; yield* [2, Promise.resolve(3)] })()) log.push(`generated ${n}`)
})()
while (!log.includes('timeout') || !log.includes('immediate')) await new Promise((resolve) => setTimeout(resolve, 20))
console.log(log.join('\n'))
