// Two functions that await each other, through combinators and a .then; a race that may go on is no deadlock.
const promises = {}

async function first() {
  await null
  await promises.second
}

async function second() {
  await null
  await Promise.all([promises.third, new Promise(() => {})])
}

async function third() {
  await null
  await promises.first.then(() => {})
}

async function racer() {
  await null
  await Promise.race([promises.helper, new Promise((resolve) => setTimeout(resolve, 900_000))])
}

async function helper() {
  await null
  await promises.racer
}

for (const each of [first, second, third, racer, helper]) promises[each.name] = each()
setTimeout(() => console.log('ready'), 20)

/*
1 deadlock:
  1. first() deadlock.mjs:6, in second() deadlock.mjs:11 → third() deadlock.mjs:16 → first()

first() #1 [deadlock 1]
│  first() deadlock.mjs:6
│  second() deadlock.mjs:11
└─ Promise.all (index 0): third() [deadlock 1] → #1 (deadlock)
      third() deadlock.mjs:16

racer() #3
│  racer() deadlock.mjs:21
├─ Promise.race: helper() → #3
│     helper() deadlock.mjs:26
└─ Promise.race: setTimeout 900000 ms, N ms remaining

The process is kept alive by:
  setTimeout 900000 ms, N ms remaining
*/
