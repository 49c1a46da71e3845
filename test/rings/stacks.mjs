// What V8 says of who awaits is the same where promises are resolved with promises: beside a ring, and in a circle
// with an await in it.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const awaiters = () => new Error('here').stack.split('\n').filter((line) => line.includes('at async'))
async function leaf() {
  await sleep(1)
  return awaiters().map((line) => /at async ([\w.]+)/.exec(line)[1])
}
const adopts = async (promise) => {
  await null
  return promise
}
async function straight() {
  return await adopts(leaf())
}
async function outer() {
  return await Promise.race([straight(), new Promise(() => {})])
}
console.log(...(await outer()))

async function shared() {
  const { promise, resolve } = withResolvers()
  const work = leaf()
  const result = Promise.race([promise, work])
  resolve(result.then((value) => value))
  // A second reaction on the way: V8 goes no further, ring or not.
  result.catch(() => {})
  return await result
}
console.log(...(await shared()))

let back
async function awaits() {
  return await Promise.race([leaf(), Promise.resolve().then(() => back)])
}
back = adopts(awaits())
await sleep(20)
console.log('end')

function withResolvers() {
  let resolve
  const promise = new Promise((given) => {
    resolve = given
  })
  return { promise, resolve }
}
