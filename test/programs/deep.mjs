// Every kind of boundary in one path.
import { readFile } from 'node:fs'
import { trace } from './trace.mjs'

async function inner() {
  await null
  await new Promise((resolve) => {
    queueMicrotask(() => resolve())
  })
  trace('a') // a0 inner
}

async function middle() {
  await inner() // a1 middle
}

function main() {
  readFile('/dev/null', () => { // a8 main [CALLBACK]
    setTimeout(() => { // a7 <anonymous> [TIMEOUT]
      process.nextTick(() => { // a6 <anonymous> [NEXTTICK]
        queueMicrotask(() => { // a5 <anonymous> [MICROTASK]
          Promise.resolve().then(() => { // a4 <anonymous> [THEN]
            setImmediate(async () => { // a3 <anonymous> [IMMEDIATE]
              void middle() // a2 <anonymous> [ASYNC]
            })
          })
        })
      })
    }, 1)
  })
}

main() // a9 <module>
