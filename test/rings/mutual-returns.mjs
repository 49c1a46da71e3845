// Two functions that return each other's promise; a race on the way round is fed by work that goes on.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
let finish
const over = new Promise((resolve) => {
  finish = resolve
})
let second
async function first() {
  await null
  return second
}
async function other(promise) {
  await null
  return promise
}
const never = new Promise(() => {})
async function work() {
  for (let turn = 0; turn < 3; turn++) {
    await sleep(2)
    console.log('turn', turn)
  }
  finish()
}
const ring = first()
second = Promise.race([work().then(() => never), other(ring)])
await over
console.log('end')
