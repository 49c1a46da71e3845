// Queries of knex outside of their transactions, while transactions have all connections of the pool.
import knex from 'knex'
import { hangs } from '../hangs.mjs'

const connection = { host: '127.0.0.1', port: Number(process.env.PORT), user: 'postgres', database: 'postgres' }
const db = knex({ client: 'pg', connection, pool: { min: 0, max: 3 } })
const table = `accounts_${process.pid}`
async function audit(id) {
  return db(table).where({ id }).first()
}
async function transfer(id) {
  return db.transaction(async (trx) => {
    await trx(table).where({ id }).update({ balance: 1 })
    await audit(id)
  })
}
await db.schema.createTable(table, (columns) => {
  columns.integer('id')
  columns.integer('balance')
})
setTimeout(hangs, 1500)
await Promise.all([1, 2, 3, 4, 5].map(transfer))

/* memory:
14 tasks pending.

3 deadlocks:
  1, 2, 3. <anonymous> knex-transactions.mjs:14, in audit() → a connection of Pool (3 of 3 in use) → <anonymous>
4 tasks wait for a connection of Pool (3 of 3 in use), tarn
  3 × <anonymous> knex-transactions.mjs:14
  <module> knex-transactions.mjs:22
  in use: 3 by <anonymous> knex-transactions.mjs:14, which itself waits for it

Waiting for:
  3 × <module> knex-transactions.mjs:22: unresolved promise; its resolve() is stored in Transaction_PG._resolver
*/

/* records:
15 tasks pending.

3 deadlocks:
  1. Task-N <anonymous> knex-transactions.mjs:14, in audit() → a connection of Pool (3 of 3 in use) → Task-N
  2. Task-N <anonymous> knex-transactions.mjs:14, in audit() → a connection of Pool (3 of 3 in use) → Task-N
  3. Task-N <anonymous> knex-transactions.mjs:14, in audit() → a connection of Pool (3 of 3 in use) → Task-N
4 tasks wait for a connection of Pool (3 of 3 in use), tarn
  3 × <anonymous> knex-transactions.mjs:14
  <module> knex-transactions.mjs:22
  in use: 3 by <anonymous> knex-transactions.mjs:14, which itself waits for it

Waiting for:
  3 × <module> knex-transactions.mjs:22: unresolved promise; its resolve() is stored in Transaction_PG._resolver
*/
