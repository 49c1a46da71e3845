// Subclasses of Promise whose species is another class: `.then` on them, and `await`.
import { trace } from './trace.mjs'

class Back extends Promise {
  static get [Symbol.species]() { return Promise }
}
class Self extends Promise {
  static get [Symbol.species]() { return Self }
}
class None extends Promise {
  static get [Symbol.species]() { return undefined }
}
class Made extends Promise {
  constructor(executor) {
    super(executor)
    Made.count++
  }
  static count = 0
  static get [Symbol.species]() { return Made }
}

const later = (Class) => new Class((resolve) => setTimeout(resolve, 1))

function ofThen(Class, label) {
  return later(Class).then(() => trace(label)) // a0 <anonymous>, b0 <anonymous>, c0 <anonymous>, d0 <anonymous>, a1 ofThen [THEN], b1 ofThen [THEN], c1 ofThen [THEN], d1 ofThen [THEN]
}
function ofFinally(Class, label) {
  return later(Class).finally(() => trace(label)) // e0 <anonymous>, f0 <anonymous>, g0 <anonymous>, h0 <anonymous>, e1 ofFinally [THEN], f1 ofFinally [THEN], g1 ofFinally [THEN], h1 ofFinally [THEN]
}
async function ofAwait(Class, label) {
  await later(Class)
  trace(label) // i0 ofAwait, j0 ofAwait, k0 ofAwait, l0 ofAwait
}
async function made(Class, label) {
  await null
  const own = new Class((resolve) => setImmediate(resolve))
  await own
  trace(label) // m0 made, n0 made, o0 made, p0 made
}

for (const [Class, then, settled, awaited, own] of [[Back, 'a', 'e', 'i', 'm'], [Self, 'b', 'f', 'j', 'n'], [None, 'c', 'g', 'k', 'o'], [Made, 'd', 'h', 'l', 'p']]) {
  await ofThen(Class, then) // a2 <module>, b2 <module>, c2 <module>, d2 <module>
  await ofFinally(Class, settled) // e2 <module>, f2 <module>, g2 <module>, h2 <module>
  await ofAwait(Class, awaited) // i1 <module>, j1 <module>, k1 <module>, l1 <module>
  await made(Class, own) // m1 <module>, n1 <module>, o1 <module>, p1 <module>
}
