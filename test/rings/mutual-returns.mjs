// Two functions that return each other's promise; a race on the way round is fed by work that goes on.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
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
}
const ring = first()
second = Promise.race([work().then(() => never), other(ring)])
await sleep(60)
console.log('end')
