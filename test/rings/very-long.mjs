// A ring of ten thousand promises: longer than it is looked at.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
let finish
const over = new Promise((resolve) => {
  finish = resolve
})
async function work() {
  for (let step = 0; step < 3; step++) {
    await sleep(3)
    console.log('step', step)
  }
  finish()
  return 'work'
}
let close
const closed = new Promise((resolve) => {
  close = resolve
})
let derived = Promise.race([closed, work()])
for (let i = 0; i < 10_000; i++) derived = derived.then((value) => value)
close(derived)
await over
console.log('end')
