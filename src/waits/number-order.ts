/** Below this, a key of 32 bits and a place fit in one number. */
const MOST_PACKED = 2 ** 21
const PLACE = MOST_PACKED - 1
const LEAST_KEY = -(2 ** 31)

/** Some numbers by their keys of 32 bits; those with the same key stay in their order. */
export function orderedBy(numbers: Int32Array, keys: Int32Array): Int32Array {
  const keyOf = (number: number) => keys[number] as number
  if (isAscending(numbers, keys)) return numbers
  if (numbers.length > MOST_PACKED) return Int32Array.from([...numbers].sort((a, b) => keyOf(a) - keyOf(b)))
  // An array of numbers is sorted without a call for each pair.
  const packed = new Float64Array(numbers.length)
  for (let at = 0; at < packed.length; at++) {
    packed[at] = (keyOf(numbers[at] as number) - LEAST_KEY) * MOST_PACKED + at
  }
  packed.sort()
  const sorted = new Int32Array(packed.length)
  for (let at = 0; at < packed.length; at++) sorted[at] = numbers[(packed[at] as number) & PLACE] as number
  return sorted
}

/** The numbers from 0 on. */
export function ascending(count: number): Int32Array {
  const numbers = new Int32Array(count)
  for (let at = 0; at < count; at++) numbers[at] = at
  return numbers
}

function isAscending(numbers: Int32Array, keys: Int32Array): boolean {
  for (let at = 1; at < numbers.length; at++) {
    if ((keys[numbers[at - 1] as number] as number) > (keys[numbers[at] as number] as number)) return false
  }
  return true
}
