// A race written by hand, one member of which waits for the race: a restart that never comes.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
let finish
const over = new Promise((resolve) => {
  finish = resolve
})
const race = (...members) =>
  new Promise((resolve, reject) => {
    for (const member of members) member.then(resolve, reject)
  })
let running
async function work() {
  for (let step = 0; step < 3; step++) {
    await sleep(2)
    console.log('step', step)
  }
  finish()
  return 'done'
}
const restart = Promise.resolve().then(() => running)
running = race(work(), restart)
await over
console.log(await running)
console.log('end')
