// A loop of three hops that is read in the middle of a turn.
import { trace } from './trace.mjs'

let left = 70
function turn() {
  Promise.resolve().then(function link() { // a2 turn [THEN] ×70, a5 turn [THEN]
    setImmediate(again) // a1 link [IMMEDIATE] ×70, a4 link [IMMEDIATE]
  })
}
function again() {
  if (left-- > 0) turn() // a3 again ×70
  else trace('a') // a0 again
}
turn() // a6 <module>
