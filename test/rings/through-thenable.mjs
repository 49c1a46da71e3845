// The ring goes through a thenable of the program's own, and through many derived promises.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
let finish
const over = new Promise((resolve) => {
  finish = resolve
})
class Query {
  // biome-ignore lint/suspicious/noThenProperty: it is a thenable.
  then(resolve, reject) {
    return whole.then(resolve, reject)
  }
}
async function work() {
  await sleep(3)
  setTimeout(() => finish(console.log('timer')), 1)
  await sleep(3)
  return 'work'
}
const asked = new Promise((resolve) => setImmediate(() => resolve(new Query())))
let derived = Promise.race([asked, work()])
for (let i = 0; i < 100; i++) derived = derived.then((value) => value)
const whole = derived.finally(() => {})
await over
console.log('end')
