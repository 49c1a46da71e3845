// each: Array#slice Array#push WeakRef#deref Map#get Math.trunc Object.getOwnPropertyDescriptor Reflect.apply String#startsWith
// A builtin throws for a while: a hardened sandbox, a double in a test. Work that the tracer has recorded is pending.
const [ownerName, method] = process.argv[2].split(/[#.]/)
const owner = process.argv[2].includes('#') ? globalThis[ownerName].prototype : globalThis[ownerName]
const original = owner[method]

async function nested(levels) {
  await null
  return levels === 0 ? 'done' : await nested(levels - 1)
}

const calls = []
owner[method] = () => {
  throw new Error('Nobody calls me')
}
for (let i = 0; i < 5; i++) calls[i] = nested(4)
setTimeout(() => {}, 1)
setImmediate(() => {})
process.nextTick(() => {})
queueMicrotask(() => {})
await calls[0]
await new Promise((resolve) => setTimeout(resolve, 800))
owner[method] = original
console.log(await calls[4])
