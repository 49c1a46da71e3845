// A service that hangs: two cached loaders wait for each other, and the payment gateway never answers.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const gateway = createServer(() => {}).listen(0, '127.0.0.1')
await once(gateway, 'listening')

const cache = new Map()

function cached(key, load) {
  if (!cache.has(key)) cache.set(key, load())
  return cache.get(key)
}

async function loadUser(id) {
  await sleep(1)
  return { id, team: await cached(`team ${id}`, () => loadTeam(id)) }
}

async function loadTeam(id) {
  await sleep(1)
  return { id, owner: await cached(`user ${id}`, () => loadUser(id)) }
}

async function charge(order) {
  const socket = connect(gateway.address().port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`charge ${order}`)
  await once(socket, 'data')
}

async function sendMail() {
  await sleep(900_000)
}

async function checkout(order) {
  await Promise.all([cached('user 1', () => loadUser(1)), charge(order), sendMail()])
}

checkout(7)
setTimeout(() => console.log('ready'), 200)

/*
1 deadlock:
  1. loadUser() checkout.mjs:18 → loadTeam() checkout.mjs:23 → loadUser()

loadUser() #1 [deadlock 1]
│  loadUser() checkout.mjs:18
└─ loadTeam() [deadlock 1] → #1 (deadlock)
      loadTeam() checkout.mjs:23

checkout()
│  checkout() checkout.mjs:38
├─ Promise.all: → #1 loadUser()
├─ Promise.all (index 1): charge()
│  │  charge() checkout.mjs:30
│  └─ event 'data' of socket 127.0.0.1:PORT
└─ Promise.all (index 2): sendMail()
   │  sendMail() checkout.mjs:34
   └─ setTimeout 900000 ms, N ms remaining

The process is kept alive by:
  setTimeout 900000 ms, N ms remaining
  server 127.0.0.1:PORT
  socket 127.0.0.1:… ×2
*/
