// Each transfer has locked one account and waits for the other. The wait graph names the ring, and who holds what.
//   node examples/deadlock.mjs
import { printWaitGraph, setTaskName } from 'async-trace'

class Mutex {
  tail = Promise.resolve()

  /** @returns what unlocks it again. */
  async lock() {
    const before = this.tail
    const { promise, resolve } = withResolvers()
    this.tail = promise
    await before
    return resolve
  }
}

function withResolvers() {
  let resolve
  const promise = new Promise((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

const [left, right] = [new Mutex(), new Mutex()]
const tick = () => new Promise(setImmediate)

async function transfer(name, from, to) {
  setTaskName(name)
  const unlockFrom = await from.lock()
  await tick()
  const unlockTo = await to.lock()
  unlockTo()
  unlockFrom()
}

transfer('rent', left, right)
transfer('wages', right, left)
await tick()
await tick()
await printWaitGraph()
process.exit()

/* prints:
1 deadlock:
  1. rent (Task-3) transfer() examples/deadlock.mjs:33:20, in Mutex.lock() examples/deadlock.mjs:13:5 → wages (Task-4) transfer() examples/deadlock.mjs:33:20, in Mutex.lock() examples/deadlock.mjs:13:5 → rent

rent (Task-3) transfer() #1 [deadlock 1]
│  transfer() examples/deadlock.mjs:33:20
│  Mutex.lock() examples/deadlock.mjs:13:5
└─ its resolve() is held by: wages (Task-4) transfer() [deadlock 1] → its resolve() is held by: #1 (deadlock)
      transfer() examples/deadlock.mjs:33:20
      Mutex.lock() examples/deadlock.mjs:13:5
*/
