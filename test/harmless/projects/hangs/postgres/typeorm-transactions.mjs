// TypeORM: a repository is used within a transaction instead of its manager.
import 'reflect-metadata'
import typeorm from 'typeorm'
import { hangs } from '../hangs.mjs'

const { DataSource, EntitySchema } = typeorm
const name = `accounts_${process.pid}`
const columns = { id: { type: Number, primary: true }, balance: { type: Number } }
const source = new DataSource({
  type: 'postgres',
  host: '127.0.0.1',
  port: Number(process.env.PORT),
  username: 'postgres',
  database: 'postgres',
  entities: [new EntitySchema({ name, columns })],
  synchronize: true,
  extra: { max: 2 },
})
await source.initialize()
class Orders {
  async place(id) {
    return source.transaction(async (manager) => {
      await manager.update(name, { id }, { balance: 3 })
      return this.report(id)
    })
  }
  async report(id) {
    return source.getRepository(name).findOneBy({ id })
  }
}
setTimeout(hangs, 1500)
const orders = new Orders()
await Promise.all([orders.place(11), orders.place(12), orders.place(13)])

/* memory:
4 tasks pending.

2 deadlocks:
  1, 2. EntityManager.transaction() EntityManager.js:83, in PostgresQueryRunner.query() PostgresQueryRunner.js:190 → a client of Pool (2 of 2 in use) → EntityManager.transaction()
1 task waits for a client of Pool (2 of 2 in use), pg-pool
  <module> typeorm-transactions.mjs:33
  in use: 2 by PostgresQueryRunner.query() PostgresQueryRunner.js:190 ← EntityManager.transaction() EntityManager.js:83, returned by place(), which itself waits for it
*/

/* records:
8 tasks pending.

2 deadlocks:
  1. Task-N <anonymous> typeorm-transactions.mjs:24, in Orders.report() typeorm-transactions.mjs:28 → Task-N SelectQueryBuilder.getOne() SelectQueryBuilder.js:793, in PostgresQueryRunner.query() PostgresQueryRunner.js:190 → a client of Pool (2 of 2 in use) → Task-N
  2. Task-N <anonymous> typeorm-transactions.mjs:24, in Orders.report() typeorm-transactions.mjs:28 → Task-N SelectQueryBuilder.getOne() SelectQueryBuilder.js:793, in PostgresQueryRunner.query() PostgresQueryRunner.js:190 → a client of Pool (2 of 2 in use) → Task-N
3 tasks wait for a client of Pool (2 of 2 in use), pg-pool
  2 × Orders.report() typeorm-transactions.mjs:28 (has returned) ← <anonymous> typeorm-transactions.mjs:24 (has returned)
  Orders.place() typeorm-transactions.mjs:22 (has returned)
  in use: 2 by Orders.report() typeorm-transactions.mjs:28 (has returned) ← <anonymous> typeorm-transactions.mjs:24 (has returned), which itself waits for it
*/
