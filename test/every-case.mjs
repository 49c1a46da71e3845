// `npm test` is to take less than five minutes: where a file has many cases of one kind, it runs some of them.
// EVERY_CASE=1, or `npm run test:all`, runs them all; .ci/run does so on the newest version of Node.js.
import { test } from 'node:test'

const { EVERY_CASE = '' } = process.env

export const runsEveryCase = EVERY_CASE !== ''

/** A test that takes long and seldom tells anything: `npm test` leaves it out. */
export function testEveryCase(name, ...run) {
  if (runsEveryCase) test(name, ...run)
}

/** All of them, or those that `npm test` runs as well. */
export function casesOf(all, isTelling) {
  return runsEveryCase ? all : all.filter(isTelling)
}
