// A race over what a map holds, one of which goes on with the race.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
let finish
const over = new Promise((resolve) => {
  finish = resolve
})
const jobs = new Map()
async function work() {
  for (let step = 0; step < 3; step++) {
    await sleep(2)
    process.nextTick(() => console.log('tick', step))
  }
  setImmediate(finish)
  return 'done'
}
let next
jobs.set('work', work())
jobs.set(
  'again',
  (async () => {
    await null
    return next
  })(),
)
next = Promise.race(jobs.values())
console.log(await over.then(() => 'over'))
console.log('end')
