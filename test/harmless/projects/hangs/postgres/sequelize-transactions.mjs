// Sequelize: a query without its transaction, while transactions have all connections of the pool.
import { DataTypes, Sequelize } from 'sequelize'
import { hangs } from '../hangs.mjs'

const sequelize = new Sequelize('postgres', 'postgres', '', {
  host: '127.0.0.1',
  port: Number(process.env.PORT),
  dialect: 'postgres',
  logging: false,
  pool: { max: 2 },
})
const options = { timestamps: false, tableName: `accounts_${process.pid}` }
const Account = sequelize.define('account', { balance: DataTypes.INTEGER }, options)
async function pay(id) {
  await sequelize.transaction(async (transaction) => {
    const account = await Account.findByPk(id, { transaction })
    await Account.findAll()
    await account.save({ transaction })
  })
}
await Account.sync()
setTimeout(hangs, 1500)
await Promise.all([pay(1), pay(2), pay(3)])

/* memory:
10 tasks pending.

4 deadlocks:
  1, 2. <anonymous> sequelize.js:1197 → <anonymous> sequelize-transactions.mjs:17 → a connection of Pool (2 of 2 in use) → <anonymous>
  3, 4. <anonymous> sequelize-transactions.mjs:17 → a connection of Pool (2 of 2 in use) → <anonymous>
3 tasks wait for a connection of Pool (2 of 2 in use), sequelize-pool
  2 × <anonymous> sequelize-transactions.mjs:17
  pay() sequelize-transactions.mjs:15
  in use: 2 by <anonymous> sequelize-transactions.mjs:17, which itself waits for it

Waiting for:
  2 × <then> index.js ← <then> index.js: unresolved promise; its resolve() was not found
*/

/* records:
11 tasks pending.

4 deadlocks:
  1. Task-N <anonymous> sequelize.js:1197 → Task-N <anonymous> sequelize-transactions.mjs:17 → Task-N <anonymous> sequelize.js:638, in ConnectionManager.getConnection() connection-manager.js:289 → a connection of Pool (2 of 2 in use) → Task-N
  2. Task-N <anonymous> sequelize.js:1197 → Task-N <anonymous> sequelize-transactions.mjs:17 → Task-N <anonymous> sequelize.js:638, in ConnectionManager.getConnection() connection-manager.js:289 → a connection of Pool (2 of 2 in use) → Task-N
  3. Task-N <anonymous> sequelize-transactions.mjs:17 → Task-N <anonymous> sequelize.js:638, in ConnectionManager.getConnection() connection-manager.js:289 → a connection of Pool (2 of 2 in use) → Task-N
  4. Task-N <anonymous> sequelize-transactions.mjs:17 → Task-N <anonymous> sequelize.js:638, in ConnectionManager.getConnection() connection-manager.js:289 → a connection of Pool (2 of 2 in use) → Task-N
3 tasks wait for a connection of Pool (2 of 2 in use), sequelize-pool
  2 × <anonymous> sequelize-transactions.mjs:17
  pay() sequelize-transactions.mjs:15
  in use: 2 by <anonymous> sequelize-transactions.mjs:17, which itself waits for it

Waiting for:
  2 × <anonymous> sequelize-transactions.mjs:17: unresolved promise; its resolve() was not found
*/
