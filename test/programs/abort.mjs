// Abort signals: by hand, and by a timer of Node's own.
import { trace } from './trace.mjs'

function main() {
  const controller = new AbortController()
  controller.signal.addEventListener('abort', () => {
    trace('a') // a0 <anonymous>
  })
  setTimeout(() => controller.abort(), 1) // a1 <anonymous>, a2 main [TIMEOUT]
  const late = AbortSignal.timeout(5) // b1 main [TIMEOUT]
  late.addEventListener('abort', () => trace('b')) // b0 <anonymous>
  setTimeout(() => {}, 50)
}

main() // a3 <module>, b2 <module>
