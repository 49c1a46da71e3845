// A job of the pool of the generated programs: a value back, or an error.
export default async function job({ value, message }) {
  await null
  if (message !== undefined) throw new RangeError(message)
  return value
}
