// Object methods, inherited methods, immediately called, bound and applied functions.
const { trace } = require('./trace.cjs')

const api = {
  async get(label) {
    await null
    trace(label) // a0 get, b0 get
  },
  later: (task) => setImmediate(() => task()), // c1 <anonymous>, c2 later [IMMEDIATE]
}

class Base {
  async save() {
    await null
    trace('d') // d0 Base.save
  }
}

class Child extends Base {
  async save() {
    await super.save() // d1 Child.save
  }
}

const check = function () {
  trace('c') // c0 check
}

async function run(label) {
  await null
  trace(label) // e0 run, f0 run
}

;(async () => {
  await api.get('a') // a1 <anonymous>
  void api.get('b') // b1 <anonymous> [ASYNC]
  api.later(check) // c3 <anonymous>
  await new Child().save() // d2 <anonymous>
  await run.bind(null, 'e')() // e1 <anonymous>
  await run.apply(undefined, ['f']) // f1 <anonymous>
})() // a2 <module> [ASYNC], b2 <module> [ASYNC], c4 <module> [ASYNC], d3 <module> [ASYNC], e2 <module> [ASYNC], f2 <module> [ASYNC]
