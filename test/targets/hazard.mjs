// Promises that wait for each other without an await between: V8's own walk along them never ends.
const promises = {}

async function returnsOther() {
  await null
  return promises.another
}

async function returnsOne() {
  await null
  return promises.other
}

promises.other = returnsOther()
promises.another = returnsOne()

async function waits() {
  await promises.other
}

// The function's own promise leads into a ring as well: race → then → race.
let resolve
promises.ring = new Promise((settle) => {
  resolve = settle
})

async function intoRing() {
  await new Promise((settle) => setTimeout(settle, 900_000))
}

const race = Promise.race([intoRing(), promises.ring])
resolve(race.then(() => {}))

globalThis.kept = [waits(), promises]
setTimeout(() => console.log('ready'), 50)

/*
1 deadlock:
  1. promise → promise

promise #3 [deadlock 1] → resolved with another promise: #3 (deadlock)

waits() → #3
   waits() hazard.mjs:18

intoRing()
│  intoRing() hazard.mjs:28
└─ setTimeout 900000 ms, N ms remaining

The process is kept alive by:
  setTimeout 900000 ms, N ms remaining
*/
