// A service in production mode: what its main program began is followed, the turns of its interval are not.
const queue = []
const connection = new Promise((resolve) => queue.push(resolve))

async function main() {
  await new Promise((resolve) => queue.push(resolve))
}

async function ping() {
  await null
  await connection
}

async function handle() {
  await new Promise((resolve) => setTimeout(resolve, 900_000))
}

main()
let turns = 0
const timer = setInterval(() => {
  if (++turns === 1) handle()
  if (turns < 3) return ping()
  clearInterval(timer)
  setTimeout(() => console.log('ready'), 100)
}, 1)
