// Awaits in arguments, operators, templates, default values and conditions.
import { trace } from './trace.mjs'

async function get(label) {
  await null
  trace(label) // a0 get, b0 get, c0 get, d0 get, e0 get, f0 get, h0 get
  return label
}

async function use(value, label) {
  await value
  trace(label) // g0 use
}

async function withDefault(value = get('f')) { // f1 withDefault [ASYNC]
  await null
  await value
}

async function main(options = {}) {
  await use(await get('a'), 'g') // a1 main:19, g1 main:9
  void `${await get('b')} and ${await get('c')}` // b1 main:17, c1 main:39
  if ((await get('d')) && !(await options.missing?.())) trace('i') // d1 main, i0 main
  const { length } = (await get('e')) + 'x' // e1 main
  await withDefault() // f2 main
  switch (await get('h')) { // h1 main
    case 'h':
      trace('j', length) // j0 main
  }
}

await main() // a2 <module>, b2 <module>, c2 <module>, d2 <module>, e2 <module>, f3 <module>, g2 <module>, h2 <module>, i1 <module>, j1 <module>
