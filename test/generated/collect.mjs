// Loaded before generated programs: watches every function that awaits, collects the garbage again and again, and tells at the end
// which functions are said to be lost. The programs have none; this one does.
import { writeSync } from 'node:fs'
import '../../dist/core.js'
import { sweepOnce } from '../../dist/record/sweep.js'
import { collectedFunctions } from '../../dist/walk/collected-functions.js'

async function control() {
  await new Promise(() => {})
}

control()
let turns = 0
setInterval(() => {
  sweepOnce(-1)
  if (++turns % 3 === 0) globalThis.gc()
}, 1).unref()
process.on('exit', () => {
  const lost = collectedFunctions().map(({ stack, count }) => `${count} × ${stack.map(({ name }) => name).join(' < ')}`)
  writeSync(2, `lost: ${JSON.stringify(lost)}\n`)
})
