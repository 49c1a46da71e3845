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
ping() ×2
│  ping() shared.mjs:15
└─ connect() #1
   │  connect() shared.mjs:3
   └─ setTimeout 900000 ms, N ms remaining

query() → #1
   query() shared.mjs:10

both() → Promise.all: #1, Promise.all (index 1): #1
   both() shared.mjs:19

The process is kept alive by:
  setTimeout 900000 ms, N ms remaining
*/
