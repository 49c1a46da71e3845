// No function runs for long, and microtasks follow each other without an end: no timer's turn comes.
import { writeSync } from 'node:fs'

async function spin() {
  for (;;) await null
}
async function work() {
  await new Promise((resolve) => setTimeout(resolve, 100))
}
work()
setTimeout(() => {
  writeSync(1, 'ready')
  spin()
}, 20)
