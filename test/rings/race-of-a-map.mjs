// A race over what a map holds, one of which goes on with the race.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const jobs = new Map()
async function work() {
  for (let step = 0; step < 3; step++) {
    await sleep(2)
    process.nextTick(() => console.log('tick', step))
  }
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
console.log(await sleep(40).then(() => 'slept'))
console.log('end')
