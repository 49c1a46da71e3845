import type { Words } from './words.js'

/** The first field of an object of Node's that stands for one in C++ (Node 20 to 26). */
const FIRST_FIELD = 24
const MOST_FIELDS = 4
const LOWEST_ADDRESS = 65_536
const HIGHEST_ADDRESS = 2 ** 47

/** The addresses of objects in C++ that a JavaScript object may stand for; a second look tells which of them it does. */
export function counterpartsOf(words: Words, native: number): number[] {
  const fields = Array.from({ length: MOST_FIELDS }, (_, field) => words.word(native - 1 + FIRST_FIELD + field * 8))
  return fields.filter((object) => object > LOWEST_ADDRESS && object < HIGHEST_ADDRESS && object % 8 === 0)
}
