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
