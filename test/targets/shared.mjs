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
