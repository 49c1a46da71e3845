// Two transfers of one program: the second waits for the row that the first one holds.
// Not told: the socket. `pg` keeps the promise's resolver and writes later, outside its executor: nothing that the
// tracer sees ties the promise to the socket, so the bottom is a bare promise.
import pg from 'pg'
import { show } from '../graphs/show.mjs'

const address = { host: '127.0.0.1', port: Number(process.env.PORT), user: 'postgres', database: 'postgres' }
const holder = new pg.Client(address)
const waiter = new pg.Client(address)
await holder.connect()
await waiter.connect()
await holder.query('create table account (id int primary key, balance int)')
await holder.query('insert into account values (1, 100)')

async function takeFrom(client, id) {
  const { rows } = await client.query('update account set balance = balance - 1 where id = $1 returning balance', [id])
  return rows[0].balance
}

async function transfer(client) {
  await client.query('begin')
  return await takeFrom(client, 1)
}

await transfer(holder)
const stuck = transfer(waiter)
show({ tasks: true, stacks: { stuck }, afterMs: 300, port: process.env.PORT })

/* prints:
graph
transfer:22 takeFrom:16
  then -> (socket: socket 127.0.0.1:PORT, through Query)
tasks
  PENDING transfer:22 takeFrom:16 | socket 127.0.0.1:PORT, through Query | <module>:26 [async] < root
stack of stuck
  takeFrom:16 < transfer:22
*/
