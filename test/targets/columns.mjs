// The columns of two awaits and a timer's creation, as V8 counts them from 1.
async function outer() { const value = await inner(); return value }
async function inner() {
          await new Promise((resolve) => setTimeout(resolve, 900_000))
}
outer()
console.log('ready')
