// Each round races the work against a stop that is resolved with the round itself. The work wins.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function work(round) {
  for (let step = 0; step < 2; step++) {
    await sleep(1)
    await null
    console.log('round', round, 'step', step)
  }
  return round
}
for (let round = 0; round < 3; round++) {
  let stop
  const stopped = new Promise((resolve) => {
    stop = resolve
  })
  const result = Promise.race([work(round), stopped])
  stop(result)
  await sleep(20)
  console.log('won', await result)
}
console.log('end')
