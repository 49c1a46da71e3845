// Await chains, .then chains, adoption, an async generator: each down to its timer.
import { setTimeout as sleep } from 'node:timers/promises'

async function leaf() {
  await null
  await new Promise((resolve) => setTimeout(resolve, 900_000))
}

async function middle() {
  await leaf()
}

async function chain() {
  const value = await middle()
  return value
}

async function then() {
  await sleep(900_000)
    .then(function parse(text) {
      return text
    })
    .catch(() => null)
    .finally(() => {})
}

async function adopt() {
  await new Promise((resolve) => resolve(leaf()))
}

const arrow = async () => {
  return await leaf()
}

async function* numbers() {
  yield 1
  await leaf()
  yield 2
}

async function iterate() {
  for await (const number of numbers()) {
    void number
  }
}

class Store {
  async load() {
    await leaf()
  }

  static async open() {
    await new Store().load()
  }
}

async function throughCallback() {
  await new Promise((resolve) => {
    leaf().then(() => resolve())
  })
}

const all = [chain(), then(), adopt(), arrow(), iterate(), Store.open(), throughCallback()]
setTimeout(() => console.log('ready'), 20)
await all[0]

/*
then()
│  then() chains.mjs:19
└─ .then(parse): setTimeout 900000 ms, N ms remaining

adopt()
│  adopt() chains.mjs:28
└─ resolved with another promise: leaf()
   │  leaf() chains.mjs:6
   └─ setTimeout 900000 ms, N ms remaining

arrow()
│  arrow() chains.mjs:32
│  leaf() chains.mjs:6
└─ setTimeout 900000 ms, N ms remaining

iterate()
│  iterate() chains.mjs:42
│  numbers() chains.mjs:37
│  leaf() chains.mjs:6
└─ setTimeout 900000 ms, N ms remaining

Store.open()
│  Store.open() chains.mjs:53
│  Store.load() chains.mjs:49
│  leaf() chains.mjs:6
└─ setTimeout 900000 ms, N ms remaining

throughCallback()
│  throughCallback() chains.mjs:58
└─ its resolve() is held by: leaf()
   │  leaf() chains.mjs:6
   └─ setTimeout 900000 ms, N ms remaining

<module>
│  <module> chains.mjs:65
│  chain() chains.mjs:14
│  middle() chains.mjs:10
│  leaf() chains.mjs:6
└─ setTimeout 900000 ms, N ms remaining

The process is kept alive by:
  setTimeout 900000 ms, N ms remaining ×7
*/
