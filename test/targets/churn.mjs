// A busy service: thousands of calls a second, garbage, races with losers, abandoned awaits. It counts its own suspended
// calls in shared memory, behind four words by which they are found there.
const counts = new Int32Array(new SharedArrayBuffer(64))
counts.set([0x5eedbee1, 0x5eedbee2, 0x5eedbee3, 0x5eedbee4])

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function query(i) {
  counts[4]++
  await wait(i % 15)
  counts[4]--
  return { i }
}

async function cache(i) {
  counts[5]++
  await wait(i % 5)
  await null
  counts[5]--
  return [i, i]
}

async function abandoned() {
  await new Promise(() => {})
}

async function handle(i) {
  counts[6]++
  const junk = Array.from({ length: 50 }, (_, k) => ({ k, text: `x${k}` }))
  const [a, b] = await Promise.all([query(i), cache(i)])
  await Promise.race([wait(3 + (i % 7)), query(i + 3)])
  if (i % 10 === 0) abandoned()
  counts[6]--
  return junk.length + a.i + b.length
}

let calls = 0
let kept = []
setInterval(() => {
  for (let k = 0; k < 20; k++) {
    const promise = handle(++calls)
    if (calls % 50 === 0) kept.push({ calls, promise })
    if (kept.length > 20_000) kept = []
  }
}, 5)
console.log('ready')
