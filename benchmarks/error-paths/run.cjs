// Fails once, below three functions: node run.cjs OPERATION await|then. Prints which of the three the error names in the
// innermost handler and in the outermost one, as JSON.
const { writeSync } = require('node:fs')
const { operations } = require('./operations.cjs')

const [name, style] = process.argv.slice(2)
let operation
let innermost

const withAwait = async function outer() {
  await null
  await middle()
  async function middle() {
    return [await inner()]
  }
  async function inner() {
    try {
      return await operation()
    } catch (error) {
      innermost = namesIn(error)
      throw error
    }
  }
}

const withThen = function outer() {
  return Promise.resolve(1).then(function step() {
    return middle()
  })
  function middle() {
    return inner().then((result) => [result])
  }
  function inner() {
    return Promise.resolve(operation()).then(
      (result) => result,
      (error) => {
        innermost = namesIn(error)
        throw error
      },
    )
  }
}

/** What the program can read of an error: its stack; async-trace has the path of what is no object too. */
function namesIn(error) {
  const text = typeof error === 'object' ? error.stack : (globalThis.pathOf?.(error) ?? '')
  const own = text.split('\n').filter((line) => line.includes(__filename))
  return ['inner', 'middle', 'outer'].filter((each) => own.some((line) => line.includes(each)))
}

async function main() {
  operation = await operations[name]()
  let outermost
  await (style === 'then' ? withThen : withAwait)().catch((error) => {
    outermost = namesIn(error)
  })
  writeSync(1, JSON.stringify({ innermost, outermost }))
  process.exit(0)
}
main()
