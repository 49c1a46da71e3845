/**
 * What is measured. A *turn* is one call of `turn`; the driver in child.mjs awaits one turn after the
 * other, so time a turn is CPU time: no workload waits for the clock or the network.
 */

async function nothing() {}

const suspendOnMicrotask = () => null
const suspendOnImmediate = () => new Promise((resolve) => setImmediate(resolve))

/** Four async functions deep, each awaiting the next one directly; the last one suspends. */
function chainOfFour(suspend) {
  const fourth = async () => await suspend()
  const third = async () => await fourth()
  const second = async () => await third()
  return async function first() {
    return await second()
  }
}

async function leaf() {
  await null
}

async function allOfTen() {
  await Promise.all([leaf(), leaf(), leaf(), leaf(), leaf(), leaf(), leaf(), leaf(), leaf(), leaf()])
}

const addOne = (n) => n + 1

function fiveThens() {
  return Promise.resolve(0).then(addOne).then(addOne).then(addOne).then(addOne).then(addOne)
}

const DEADLINE_MS = 10_000

/** 17 async calls, a deadline that never fires, two passes of the event loop, one Promise.all of three. */
async function request() {
  const deadline = setTimeout(tooLate, DEADLINE_MS)
  try {
    const user = await authenticate('token')
    const order = await loadOrder(user)
    const parts = await Promise.all([price(order), stock(order), address(user)])
    await audit(user, parts)
    return render(parts)
  } finally {
    clearTimeout(deadline)
  }
}

function tooLate() {
  throw new Error('The request took longer than its deadline.')
}

async function authenticate(token) {
  const session = await readSession(token)
  return await readUser(session)
}

async function readSession(token) {
  return await readCache(token)
}

async function readCache(key) {
  await suspendOnImmediate()
  return { key }
}

async function readUser(session) {
  return { id: session.key.length }
}

async function loadOrder(user) {
  const connection = await connect()
  const rows = await query(connection, user.id)
  await release(connection)
  return rows
}

async function connect() {
  await null
  return { isOpen: true }
}

async function query(connection, id) {
  return await send(connection, id)
}

async function send(connection, id) {
  await suspendOnImmediate()
  return [id, connection]
}

async function release(connection) {
  connection.isOpen = false
}

async function price(order) {
  return await lookUp(order)
}

async function stock(order) {
  return await lookUp(order)
}

async function address(user) {
  return await lookUp(user)
}

async function lookUp(key) {
  await null
  return key
}

async function audit() {}

function render(parts) {
  return parts.length
}

/**
 * `goals` are slow-downs against bare on Node 20 and 22 (`older`) and on 24 and later (`newer`), and
 * against the inspector; null where there is none. `captures` is what a turn should capture.
 */
export const WORKLOADS = {
  nothing: {
    title: '`await nothing()`',
    turn: nothing,
    goals: { older: 5, newer: 2.5, inspector: 0.15 },
    captures: 0,
  },
  chain: {
    title: 'chain of 4, microtask',
    turn: chainOfFour(suspendOnMicrotask),
    goals: { older: 10, newer: 5, inspector: 0.2 },
    captures: 1,
  },
  'chain-immediate': {
    title: 'chain of 4 to `setImmediate`',
    turn: chainOfFour(suspendOnImmediate),
    goals: { older: 2, newer: 1.6, inspector: 0.2 },
    captures: 1,
  },
  all: {
    title: '`Promise.all` of 10',
    turn: allOfTen,
    goals: { older: 12, newer: 8, inspector: 0.35 },
    captures: null,
  },
  thens: { title: '`.then` chain of 5', turn: fiveThens, goals: null, captures: null },
  request: {
    title: 'request of 17 calls',
    turn: request,
    goals: { older: 5, newer: 4, inspector: 0.2 },
    captures: null,
  },
}
