/** A job of the soak's pool: an await, a timer, and a number back; or, where it is asked, where it comes from. */
import { setTimeout as wait } from 'node:timers/promises'

export default async function sum({ numbers, isAsked }) {
  await wait(1)
  if (isAsked) return await ownPath()
  return numbers.reduce((total, n) => total + n, 0)
}

async function ownPath() {
  const { collectAsyncTrace, formatAsyncTrace } = await import('async-trace')
  return formatAsyncTrace(collectAsyncTrace(), { paths: 'basename' })
}
