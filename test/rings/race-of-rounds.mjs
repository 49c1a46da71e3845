// Each round races the work against a stop that is resolved with the round itself. The work wins.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function work(round, finish) {
  for (let step = 0; step < 2; step++) {
    await sleep(1)
    await null
    console.log('round', round, 'step', step)
  }
  finish()
  return round
}
for (let round = 0; round < 3; round++) {
  let stop
  const stopped = new Promise((resolve) => {
    stop = resolve
  })
  let finish
  const over = new Promise((resolve) => {
    finish = resolve
  })
  const result = Promise.race([work(round, finish), stopped])
  stop(result)
  await over
  console.log('won', await result)
}
console.log('end')
