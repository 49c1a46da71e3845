/** Below this, a key of 32 bits and a place fit in one number. */
const MOST_PACKED = 2 ** 21
const LEAST_KEY = -(2 ** 31)

/** Some numbers by their keys of 32 bits; those with the same key stay in their order. */
export function orderedBy(numbers: Int32Array, keys: Int32Array): Int32Array {
  const keyOf = (number: number) => keys[number] as number
  if (isAscending(numbers, keys)) return numbers
  if (numbers.length > MOST_PACKED) return Int32Array.from([...numbers].sort((a, b) => keyOf(a) - keyOf(b)))
  // An array of numbers is sorted without a call for each pair.
  const packed = Float64Array.from(numbers, (number, at) => (keyOf(number) - LEAST_KEY) * MOST_PACKED + at).sort()
  return Int32Array.from(packed, (each) => numbers[each % MOST_PACKED] as number)
}

function isAscending(numbers: Int32Array, keys: Int32Array): boolean {
  for (let at = 1; at < numbers.length; at++) {
    if ((keys[numbers[at - 1] as number] as number) > (keys[numbers[at] as number] as number)) return false
  }
  return true
}
