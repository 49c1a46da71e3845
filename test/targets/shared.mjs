// One promise with several awaiters: each is found, with the line of its own await.
async function connect() {
  await new Promise((resolve) => setTimeout(resolve, 900_000))
}

const connection = connect()

async function query() {
  await null
  await connection
}

async function ping() {
  await Promise.resolve()
  return await connection
}

async function both() {
  await Promise.all([connection, connection.then(() => {})])
}

globalThis.kept = [query(), ping(), ping(), both()]
setTimeout(() => console.log('ready'), 20)

/*
query()
│  query() shared.mjs:10
└─ connect() #1
   │  connect() shared.mjs:3
   └─ setTimeout 900000 ms, N ms remaining

ping() → #1
   ping() shared.mjs:15

ping() → #1
   ping() shared.mjs:15

both() → Promise.all: #1, Promise.all (index 1), then: #1
   both() shared.mjs:19
*/
