// Promises of a class that answers for itself, and a program that has put its own species in place.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
let finish
const over = new Promise((resolve) => {
  finish = resolve
})
class Task extends Promise {
  static made = 0
  constructor(executor) {
    super(executor)
    Task.made++
  }
}
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
const round = new Task((resolve) => {
  closed.then(resolve)
  work().then(resolve)
})
close(round)
await over
console.log('made', Task.made)
console.log('end')
