// A lock whose owner waits for ever; waiters stand in its queue, and a function that holds a resolver itself.
class Mutex {
  #isLocked = false
  queue = []

  async lock() {
    if (this.#isLocked) await new Promise((resolve) => this.queue.push(resolve))
    this.#isLocked = true
  }
}

const accounts = new Mutex()

async function transfer() {
  await accounts.lock()
  await accounts.lock()
}

async function report() {
  await accounts.lock()
}

function deferred() {
  const made = {}
  made.promise = new Promise((resolve) => {
    made.resolve = resolve
  })
  return made
}

async function producer(resolve, gate) {
  await gate
  resolve()
}

async function consumer(promise) {
  await promise
}

const door = deferred()
const item = deferred()
const held = [transfer(), report(), producer(item.resolve, door.promise), consumer(item.promise)]
item.resolve = null
globalThis.door = door
setTimeout(() => console.log('ready', held.length), 20)
setInterval(() => {}, 900_000)

/*
transfer()
│  transfer() mutex.mjs:16
│  Mutex.lock() mutex.mjs:7
└─ unresolved promise; its resolve() is stored in Mutex.queue #5

report() → #5
   report() mutex.mjs:20
   Mutex.lock() mutex.mjs:7

consumer()
│  consumer() mutex.mjs:37
└─ its resolve() is held by: producer()
   │  producer() mutex.mjs:32
   └─ unresolved promise; its resolve() is stored in global.door[…]

The process is kept alive by:
  setInterval 900000 ms, N ms remaining, calls <anonymous> mutex.mjs:46
*/
