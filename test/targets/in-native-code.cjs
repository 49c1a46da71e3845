// A main thread that does not come back to its event loop, as it waits in native code: in what, by its arguments.
const { spawnSync } = require('node:child_process')
const { writeSync } = require('node:fs')

const ways = {
  spawnSync: () => spawnSync('sleep', ['600']), // via spawnSync
  lock, // via lock
  // From JavaScript to native code and back: V8 notes each way on the stack.
  toJSON: () => JSON.stringify({ toJSON: () => lock() }), // via toJSON
  // So often that V8 compiles it.
  often: () => {
    for (let i = 0; i < 3_000; i++) sum(i, false)
    sum(0, true) // via often
  },
  // While it runs, V8 goes on in compiled code.
  loop: () => {
    for (let i = 0; i < 100_000; i++) {
      sum(i, false)
      if (i === 99_999) lock() // via loop
    }
  },
}

function lock() {
  writeSync(1, 'ready')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) // locked
}

function sum(n, isLast) {
  let all = 0
  for (let i = 0; i < 10; i++) all += i ^ n
  return all + last(isLast) // via sum
}

function last(isLast) {
  if (isLast) lock() // via last
  return 1
}

async function resumed() {
  await null
  ways[process.argv[2]]() // via resumed
}

async function waiting() {
  await resumed() // via waiting
}

async function pending() {
  await new Promise((resolve) => setTimeout(resolve, 900_000)) // pending
}

pending()
waiting()
if (process.argv[2] === 'spawnSync') writeSync(1, 'ready')
