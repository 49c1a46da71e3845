/** A job of the soak's pool: an await, a timer, and a number back. */
import { setTimeout as wait } from 'node:timers/promises'

export default async function sum({ numbers }) {
  await wait(1)
  return numbers.reduce((total, n) => total + n, 0)
}
