// Who asks while a refresh is under way gets the refresh; the refresh asks as well.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
let finish
const over = new Promise((resolve) => {
  finish = resolve
})
let current = null
const timeout = (ms) => sleep(ms).then(() => 'timed out')
async function load() {
  await sleep(1)
  return token()
}
async function beat() {
  for (let i = 0; i < 4; i++) {
    await sleep(3)
    console.log('beat', i)
  }
  finish()
  return 'beaten'
}
function token() {
  current ??= Promise.race([load(), beat().then(() => timeout(5))]).finally(() => {
    current = null
  })
  return current
}
token()
await over
console.log('end')
