// Two transfers wait for each other. The wait graph names the ring.
//   node examples/deadlock.mjs
import { printWaitGraph, setTaskName } from 'async-trace'

const accounts = new Map()
const tick = () => new Promise(setImmediate)

async function transfer(name, other) {
  setTaskName(name)
  await tick()
  await accounts.get(other)
}

accounts.set('left', transfer('left', 'right'))
accounts.set('right', transfer('right', 'left'))

async function report() {
  await Promise.allSettled([...accounts.values()])
}

report()
await tick()
await tick()
await printWaitGraph()
process.exit()

/* prints:
1 deadlock:
  1. left → right → left

left (Task-4) transfer() #2 [deadlock 1]
│  transfer() examples/deadlock.mjs:11
└─ right (Task-5) transfer() #3 [deadlock 1] → #2 (deadlock)
      transfer() examples/deadlock.mjs:11

Task-2 report() → Promise.allSettled (index 0): #2, Promise.allSettled (index 1): #3
   report() examples/deadlock.mjs:18
*/
