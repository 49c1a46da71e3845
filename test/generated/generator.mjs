/**
 * Random async programs that know the true creation path of every trace point in them (see truth.mjs).
 * Pure: the same choices always give the same source. 0 is always the simplest choice, so that a failing
 * program can be made smaller by taking choices away (see shrink in run.mjs).
 */

/** A source of choices that can be written down and replayed. */
export class Choices {
  /** @param from a seed, or choices to replay: 0 after their end. */
  constructor(from) {
    this.made = []
    this.replayed = Array.isArray(from) ? from : null
    this.state = Array.isArray(from) ? 0 : Number(from) >>> 0
  }

  /** A whole number from 0 to n - 1. */
  pick(n) {
    const value = this.replayed === null ? Math.floor(this.#random() * n) : (this.replayed[this.made.length] ?? 0) % n
    this.made.push(value)
    return value
  }

  of(list) {
    return list[this.pick(list.length)]
  }

  // mulberry32
  #random() {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** What every generated file starts with. */
export const HEADER = [
  `import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'`,
  `import { EventEmitter } from 'node:events'`,
  `import { stat } from 'node:fs'`,
  `import { setTimeout as sleep } from 'node:timers/promises'`,
  `import { Back, M, None, Self, T, begin, drained, inContext, turns } from '../truth.mjs'`,
]

const MAX_STATEMENTS = 60

/**
 * @param from a seed or recorded choices; `{ seed, shapes: 1 }` for a seed from before the newer shapes
 * @param firstLine the line of the file that the program starts at
 * @param options.without names of shapes (AWAITING, SYNCHRONOUS) that are replaced  by a trace point
 * @param options.size at most this many statements; more are trace points
 * @returns the lines of a block to be put into a module, and the choices that were made.
 */
export function generate(from, firstLine = HEADER.length + 1, { without = [], size = MAX_STATEMENTS } = {}) {
  const seed = from.seed ?? from
  const program = new Program(new Choices(seed), firstLine, Array.isArray(from) ? 'made smaller' : `seed ${seed}`)
  program.newer = from.shapes === 1 ? [] : NEWER
  program.without = without
  program.size = size
  program.write()
  return { lines: program.lines, choices: program.choices.made }
}

/** A file with one program after the other. */
export function fileOf(programs, options) {
  const lines = [...HEADER]
  programs.forEach((from, i) => {
    const { lines: more } = generate(from, lines.length + 1, options)
    lines.push(...more.map((line) => line.replace('@@KEY', String(i))))
  })
  return `${lines.join('\n')}\n`
}

class Program {
  constructor(choices, firstLine, name) {
    this.choices = choices
    this.firstLine = firstLine
    this.name = name
    this.lines = []
    this.indent = 1
    this.count = 0
    this.statements = 0
  }

  /** The line that is written next. */
  get line() {
    return this.firstLine + this.lines.length
  }

  put(text) {
    this.lines.push('  '.repeat(this.indent) + text)
  }

  next(prefix) {
    return `${prefix}${++this.count}`
  }

  pick(n) {
    return this.choices.pick(n)
  }

  write() {
    this.lines.push(`{ // ${this.name}`)
    this.put(`begin(import.meta.url, '@@KEY')`)
    const count = 1 + this.pick(5)
    this.functions = []
    for (let i = 0; i < count; i++) this.functions.push(this.declare())
    this.writeHelpers()
    for (const one of this.functions) this.writeFunction(one)
    this.put(`const $ = M`)
    // A rejection must not end the module.
    this.put(`try {`)
    this.block(() => this.body({ canAwait: true, isModule: true }, 3))
    this.put(`} catch { $.on() }`)
    this.put(`await drained(); $.on()`)
    this.lines.push('}')
  }

  block(write) {
    this.indent++
    write()
    this.indent--
  }

  // Functions

  declare() {
    const name = this.next('f')
    const kind = this.choices.of(['async', 'async', 'async', 'arrow', 'method', 'static', 'private', 'object', 'generator', 'sync'])
    return { name, kind, throws: this.pick(8) === 7 }
  }

  get callable() {
    const some = this.functions.filter(({ kind }) => kind !== 'generator' && kind !== 'sync')
    return some.length > 0 ? some : [NOTHING]
  }

  /** Functions that can be handed on by name. */
  get plain() {
    const some = this.functions.filter(({ kind }) => kind === 'async' || kind === 'arrow')
    return some.length > 0 ? some : [NOTHING]
  }

  writeHelpers() {
    this.put(`async function nothing($c) {`)
    this.put(`}`)
    this.put(`async function soon($c) {`)
    this.put(`  const $ = $c.as('soon')`)
    this.put(`  await null; $.on()`)
    this.put(`  T($, ${this.line})`)
    this.put(`}`)
    this.put(`function call(f, $c) {`)
    this.put(`  const $ = $c.as('call')`)
    this.put(`  return f($.pass(${this.line}))`)
    this.put(`}`)
    this.put(`const wrap = (f, $c) => f($c.as('wrap').pass(${this.line}))`)
    this.put(`function deep(f, $c) {`)
    this.put(`  const $ = $c.as('deep')`)
    this.put(`  return wrap(f, $.pass(${this.line}))`)
    this.put(`}`)
  }

  writeFunction(one) {
    const { name, kind, throws } = one
    const scope = { canAwait: kind !== 'sync', isGenerator: kind === 'generator', canReturn: true }
    const declared = {
      async: [`async function ${name}($c) {`, '}'],
      sync: [`function ${name}($c) {`, '}'],
      arrow: [`const ${name} = async ($c) => {`, '}'],
      method: [`class K${name} { async ${name}($c) {`, '} }'],
      static: [`class K${name} { static async ${name}($c) {`, '} }'],
      private: [`class K${name} {`, '}'],
      object: [`const o${name} = { async ${name}($c) {`, '} }'],
      generator: [`async function* ${name}($c) {`, '}'],
    }[kind]
    this.put(declared[0])
    this.block(() => {
      if (kind === 'private') {
        this.put(`async ${name}($c) {`)
        this.put(`  const $ = $c.as('${name}')`)
        if (this.pick(2) === 0) this.put(`  return await this.#${name}($.wait(${this.line}))`)
        else this.put(`  return this.#${name}($.call(${this.line}))`)
        this.put(`}`)
        this.put(`async #${name}($c) {`)
        this.indent++
      }
      const shown = kind === 'private' ? `#${name}` : name
      this.put(`${scope.isGenerator ? 'let' : 'const'} $ = $c.as('${shown}')`)
      this.put(`if (!$.go()) return`)
      this.body({ ...scope, name: shown }, 2)
      if (throws && kind !== 'sync') this.put(`throw new Error('expected')`)
      if (kind === 'private') {
        this.indent--
        this.put(`}`)
      }
    })
    this.put(declared[1])
  }

  /** The text of a call with this hidden argument. */
  callOf({ name, kind }, argument) {
    if (kind === 'method' || kind === 'private') return `new K${name}().${name}(${argument})`
    if (kind === 'static') return `K${name}.${name}(${argument})`
    if (kind === 'object') return `o${name}.${name}(${argument})`
    return `${name}(${argument})`
  }

  // Statements

  body(scope, least) {
    const count = least - 1 + this.pick(4)
    for (let i = 0; i < count; i++) this.statement(scope)
    this.point()
  }

  /** A few statements in braces, without a point of their own at the end. */
  some(scope) {
    const count = 1 + this.pick(2)
    for (let i = 0; i < count; i++) this.statement(scope)
  }

  point() {
    this.put(`T($, ${this.line})`)
  }

  statement(scope) {
    if (++this.statements > this.size) return this.point()
    const shapes = scope.canAwait ? AWAITING : SYNCHRONOUS
    const shape = this.choices.of([...shapes, ...this.newer])
    if (scope.isGenerator && this.pick(4) === 3) {
      this.put(`yield ${this.pick(3)}; $ = $c.as('${scope.name}')`)
      if (this.pick(2)) this.point()
    }
    if (this.without.includes(shape)) return this.point()
    this[shape](scope)
  }

  /** A call on the next line, and how the program goes on with it. */
  awaited() {
    const way = this.pick(6)
    const line = this.line
    if (way < 3) return this.callOf(this.choices.of(this.callable), `$.wait(${line})`)
    const f = this.choices.of(this.plain).name
    return `${['call', 'wrap', 'deep'][way - 3]}(${f}, $.wait(${line}))`
  }

  unawaited(line = this.line) {
    const way = this.pick(7)
    if (way < 4) return this.callOf(this.choices.of(this.callable), `$.call(${line})`)
    const f = this.choices.of(this.plain).name
    return `${['call', 'wrap', 'deep'][way - 4]}(${f}, $.call(${line}))`
  }

  awaitCall() {
    this.put(`await ${this.awaited()}; $.on()`)
  }

  awaitCallThenPoint() {
    this.awaitCall()
    this.point()
  }

  awaitSettled() {
    this.put(`await nothing($.wait(${this.line})); $.on()`)
  }

  voidSettled() {
    this.put(`void nothing($.call(${this.line}))`)
  }

  awaitValue() {
    const values = ['null', '1', 'Promise.resolve(2)', 'Promise.resolve(Promise.resolve())', '{}', 'new Promise((r) => r())']
    this.put(`await ${this.choices.of(values)}; $.on()`)
    if (this.pick(2)) this.point()
  }

  awaitLater() {
    const later = [
      'new Promise((r) => setImmediate(r))',
      'new Promise((r) => setTimeout(r, 1))',
      'new Promise((r) => process.nextTick(r))',
      'new Promise((r) => queueMicrotask(r))',
      'new Promise((r) => setTimeout(() => r(), 0))',
      'new Promise((r) => setImmediate(() => r()))',
      'sleep(1)',
    ]
    this.put(`await ${this.choices.of(later)}; $.on()`)
    if (this.pick(2)) this.point()
  }

  awaitInArgument() {
    const f = this.choices.of(this.callable)
    const line = this.line
    const [before, after] = this.callOf(f, '@').split('@')
    this.put(`await ${before}`)
    this.put(`  $.after(`)
    this.put(`    await ${this.awaited()}`)
    this.put(`  ).wait(${line})`)
    this.put(`${after}; $.on()`)
  }

  voidCall() {
    this.put(`void ${this.unawaited()}`)
  }

  voidCallCaught() {
    this.put(`${this.unawaited()}.catch(() => {})`)
  }

  awaitCallCaught() {
    this.put(`await ${this.unawaited()}.catch(() => {}); $.on()`)
  }

  storeAwaitAtOnce() {
    const p = this.next('p')
    this.put(`const ${p} = ${this.awaited()}`)
    this.put(`await ${p}; $.on()`)
  }

  storeAwaitLater(scope) {
    const p = this.next('p')
    this.put(`const ${p} = ${this.unawaited()}`)
    const between = this.pick(5)
    if (between === 0) this.awaitValue()
    else if (between === 1) this.voidSettled()
    else if (between === 2 && !this.without.includes('junk')) this.junk()
    else if (between === 3) this.awaitCall()
    else this.awaitSettled()
    if (this.pick(3) === 2) this.statement({ ...scope, canReturn: false })
    this.put(`await ${p}; $.on()`)
    if (this.pick(2)) this.point()
  }

  /** Two started, then the newest first. */
  storeTwo() {
    const [p, q] = [this.next('p'), this.next('q')]
    this.put(`const ${p} = ${this.unawaited()}`)
    const isFirst = this.pick(2)
    this.put(`const ${q} = ${isFirst ? this.unawaited() : this.awaited()}`)
    this.put(`await ${isFirst ? p : q}; $.on()`)
    this.put(`await ${isFirst ? q : p}; $.on()`)
  }

  /** Handed to another function, which awaits it. */
  storeHandOn() {
    const p = this.next('p')
    const name = this.next('taker')
    this.put(`const ${p} = ${this.unawaited()}`)
    this.put(`async function ${name}($c, p) {`)
    this.block(() => {
      this.put(`const $ = $c.as('${name}')`)
      this.put(`await p; $.on()`)
      this.point()
    })
    this.put(`}`)
    this.put(`await ${name}($.wait(${this.line}), ${p}); $.on()`)
  }

  shared() {
    const p = this.next('p')
    const maker = ['new Promise((r) => setImmediate(r))', 'new Promise((r) => setTimeout(r, 1))', this.unawaited()]
    this.put(`const ${p} = ${this.choices.of(maker)}`)
    const name = this.next('waiter')
    this.put(`async function ${name}($c) {`)
    this.block(() => {
      this.put(`const $ = $c.as('${name}')`)
      this.put(`await ${p}; $.on()`)
      this.point()
    })
    this.put(`}`)
    for (let i = this.pick(2); i >= 0; i--) this.put(`void ${name}($.call(${this.line}))`)
    this.put(`await ${name}($.wait(${this.line})); $.on()`)
    if (this.pick(2)) this.put(`await ${p}; $.on()`)
  }

  junk() {
    if (this.pick(2)) this.put(`void Promise.resolve(1)`)
    else this.put(`void new Promise(() => {})`)
  }

  deferred(scope) {
    const r = this.next('r')
    const p = this.next('p')
    this.put(`let ${r}`)
    this.put(`const ${p} = new Promise((r) => { ${r} = r })`)
    const $c = this.next('$')
    this.put(`const ${$c} = $.later(${this.line + 1}, 'then')`)
    this.put(`${p}.then(function ${$c.replace('$', 'cb')}() {`)
    this.callback($c, $c.replace('$', 'cb'), { canAwait: false })
    this.put(`})`)
    if (this.pick(2)) this.statement({ ...scope, canReturn: false })
    this.put(`${r}()`)
    if (scope.canAwait && this.pick(2)) this.put(`await ${p}; $.on()`)
  }

  combinator(scope) {
    const name = this.choices.of(['all', 'allSettled', 'race', 'any'])
    const isAwaited = scope.canAwait && this.pick(4) !== 3
    this.put(`${isAwaited ? 'await' : 'void'} Promise.${name}([`)
    this.block(() => {
      const count = 1 + this.pick(3)
      for (let i = 0; i < count; i++) {
        const kind = this.pick(6)
        if (kind === 4) this.put(`1,`)
        else if (kind === 5) this.put(`new Promise((r) => setImmediate(r)),`)
        else this.put(`${this.unawaited()},`)
      }
    })
    this.put(`])${isAwaited ? '; $.on()' : ''}`)
    if (this.pick(2)) this.point()
  }

  combinatorOfMap(scope) {
    const $c = this.next('$')
    this.put(`const ${$c} = $.call(${this.line + 1})`)
    const f = this.callOf(this.choices.of(this.callable), `${$c}.as('<anonymous>').call(${this.line})`)
    const isAwaited = scope.canAwait
    const name = this.choices.of(['all', 'allSettled', 'race', 'any'])
    this.put(`${isAwaited ? 'await' : 'void'} Promise.${name}([1, 2].map(() => ${f}))${isAwaited ? '; $.on()' : ''}`)
  }

  /** The body of a callback whose call is in `$c`. */
  callback($c, name, scope) {
    this.block(() => {
      this.put(`const $ = ${$c}.as('${name}')`)
      this.put(`if (!$.go()) return`)
      this.body({ ...scope, canReturn: true }, 1)
    })
  }

  schedule() {
    const way = this.choices.of(WAYS)
    const $c = this.next('$')
    const name = $c.replace('$', 'cb')
    const isAsync = this.pick(2) === 1
    const shape = this.pick(3)
    if (shape === 2 && way.direct) {
      const f = this.choices.of(this.plain).name
      this.put(way.direct(f, `$.later(${this.line}, '${way.boundary}')`))
      return
    }
    const asyncWord = isAsync ? 'async ' : ''
    this.put(`const ${$c} = $.later(${this.line + 1}, '${way.boundary}')`)
    this.put(way.open + (shape === 1 ? `${asyncWord}() => {` : `${asyncWord}function ${name}() {`))
    this.callback($c, shape === 1 ? '<anonymous>' : name, { canAwait: isAsync })
    this.put(way.close)
  }

  interval() {
    const $c = this.next('$')
    const name = $c.replace('$', 'cb')
    const [t, n] = [this.next('t'), this.next('n')]
    this.put(`let ${n} = 0`)
    this.put(`const ${$c} = $.later(${this.line + 1}, 'interval')`)
    const isAsync = this.pick(2) === 1
    this.put(`const ${t} = setInterval(${isAsync ? 'async ' : ''}function ${name}() {`)
    this.put(`  if (++${n} === 2) clearInterval(${t})`)
    this.callback($c, name, { canAwait: isAsync })
    this.put(`}, 1)`)
  }

  /** A callback that schedules itself: the path repeats. */
  turns() {
    const name = this.next('turn')
    const way = this.choices.of(WAYS.filter(({ direct }) => direct))
    const isAsync = this.pick(2) === 1
    const isRare = this.pick(3) === 2
    const count = way.boundary === 'timeout' ? 6 : isRare ? 100 : 5
    this.put(`let left${name} = ${count}`)
    this.put(`${isAsync ? 'async ' : ''}function ${name}($c) {`)
    this.block(() => {
      this.put(`const $ = $c.as('${name}')`)
      this.put(`if (left${name}-- < 0 || !$.spend()) return`)
      if (isAsync && this.pick(2)) this.put(`await null; $.on()`)
      if (isAsync && this.pick(2)) this.put(`await soon($.wait(${this.line})); $.on()`)
      if (this.pick(2)) this.put(`void soon($.call(${this.line}))`)
      this.point()
      const end = this.pick(isAsync ? 3 : 1)
      if (end === 1) this.put(`void ${name}($.call(${this.line}))`)
      else if (end === 2) this.put(`await ${name}($.wait(${this.line})); $.on()`)
      else this.put(way.direct(name, `$.later(${this.line}, '${way.boundary}')`))
    })
    this.put(`}`)
    this.put(`${name}($.call(${this.line}))`)
  }

  chain(scope) {
    let p = this.next('p')
    const start = this.pick(4)
    if (start === 0) this.put(`const ${p} = Promise.resolve(1)`)
    else if (start === 1) this.put(`const ${p} = ${this.unawaited()}`)
    else if (start === 2) this.put(`const ${p} = Promise.reject(new Error('expected'))`)
    else this.put(`const ${p} = new Promise((r) => setImmediate(r))`)
    const count = 1 + this.pick(3)
    for (let i = 0; i < count; i++) {
      const method = start === 2 && i === 0 ? 'catch' : this.choices.of(['then', 'finally', 'catch'])
      const q = this.next('p')
      const shape = this.pick(4)
      if (shape === 3) {
        const $c = this.next('$')
        this.put(`const ${$c} = $.later(${this.line + 1}, 'then')`)
        const f = this.callOf(this.choices.of(this.callable), `${$c}.as('<anonymous>').call(${this.line})`)
        this.put(`const ${q} = ${p}.${method}(() => ${f})`)
      } else {
        const $c = this.next('$')
        const name = $c.replace('$', 'cb')
        const isAsync = this.pick(2) === 1
        const asyncWord = isAsync ? 'async ' : ''
        this.put(`const ${$c} = $.later(${this.line + 1}, 'then')`)
        this.put(`const ${q} = ${p}.${method}(${shape === 1 ? `${asyncWord}() => {` : `${asyncWord}function ${name}() {`}`)
        this.callback($c, shape === 1 ? '<anonymous>' : name, { canAwait: isAsync })
        this.put(`})`)
      }
      p = q
    }
    if (scope.canAwait && this.pick(2)) this.put(`await ${p}; $.on()`)
    else this.put(`${p}.catch(() => {})`)
  }

  loop(scope) {
    const i = this.next('i')
    this.put(`for (let ${i} = 0; ${i} < ${2 + this.pick(2)}; ${i}++) {`)
    this.block(() => this.some({ ...scope, canReturn: false }))
    this.put(`}`)
  }

  tryCatch(scope) {
    this.put(`try {`)
    this.block(() => {
      this.some({ ...scope, canReturn: false })
      const rejecting = this.functions.find(({ throws, kind }) => throws && kind !== 'generator' && kind !== 'sync')
      if (rejecting) this.put(`await ${this.callOf(rejecting, `$.wait(${this.line})`)}; $.on()`)
    })
    this.put(`} catch {`)
    this.block(() => {
      if (!scope.isGenerator) this.put(`$.on()`)
      else this.put(`$.on()`)
      this.some({ ...scope, canReturn: false, isGenerator: false })
    })
    if (this.pick(2)) {
      this.put(`} finally {`)
      this.block(() => this.some({ ...scope, canReturn: false, isGenerator: false }))
    }
    this.put(`}`)
  }

  iife(scope) {
    const isAwaited = scope.canAwait && this.pick(2) === 0
    const name = this.next('run')
    this.put(`const ${name} = async ($c) => {`)
    this.block(() => {
      this.put(`const $ = $c.as('${name}')`)
      this.put(`if (!$.go()) return`)
      this.body({ canAwait: true, canReturn: true }, 1)
    })
    this.put(`}`)
    if (isAwaited) this.put(`await ${name}($.wait(${this.line})); $.on()`)
    else this.put(`void ${name}($.call(${this.line}))`)
  }

  forAwait(scope) {
    const generator = this.functions.find(({ kind }) => kind === 'generator')
    if (!generator) return this.forAwaitOfCalls(scope)
    const x = this.next('x')
    this.put(`for await (const ${x} of ${generator.name}(turns(() => $, ${this.line}))) {`)
    this.block(() => {
      this.put(`$.on()`)
      this.some({ ...scope, canReturn: false })
    })
    this.put(`}`)
    this.put(`$.on()`)
    if (this.pick(2)) this.point()
  }

  forAwaitOfCalls(scope) {
    const x = this.next('x')
    this.put(`for await (const ${x} of [`)
    this.block(() => {
      this.put(`${this.unawaited()},`)
      this.put(`${this.unawaited()},`)
    })
    this.put(`]) {`)
    this.block(() => {
      this.put(`$.on()`)
      this.some({ ...scope, canReturn: false })
    })
    this.put(`}`)
    this.put(`$.on()`)
  }

  thenable() {
    const $c = this.next('$')
    this.put(`const ${$c} = $.later(${this.line + 1}, 'microtask')`)
    this.put(`await { then(resolve) {`)
    this.block(() => {
      this.put(`const $ = ${$c}.as('then')`)
      const shape = this.pick(4)
      if (shape > 0) this.point()
      if (shape === 2) this.put(`void ${this.unawaited()}`)
      if (shape === 3) this.put(`setImmediate(resolve)`)
      else this.put(`resolve()`)
    })
    this.put(`} }; $.on()`)
    this.point()
  }

  /** A subclass of Promise whose species is another class. */
  species(scope) {
    const p = this.next('p')
    const Class = this.choices.of(['Back', 'Self', 'None'])
    this.put(`const ${p} = new ${Class}((r) => ${this.choices.of(['r()', 'setImmediate(r)'])})`)
    if (this.pick(3) > 0) {
      const $c = this.next('$')
      const name = $c.replace('$', 'cb')
      const isAsync = this.pick(2) === 1
      this.put(`const ${$c} = $.later(${this.line + 1}, 'then')`)
      this.put(`${p}.${this.choices.of(['then', 'finally'])}(${isAsync ? 'async ' : ''}function ${name}() {`)
      this.callback($c, name, { canAwait: isAsync })
      this.put(`}).catch(() => {})`)
    }
    if (scope.canAwait && this.pick(2)) this.put(`await ${p}; $.on()`)
  }

  /** A thenable among the members of a combinator. */
  lazyMember(scope) {
    const $c = this.next('$')
    const name = this.choices.of(['all', 'allSettled', 'race', 'any'])
    this.put(`const ${$c} = $.later(${this.line + 1}, 'microtask')`)
    const isAwaited = scope.canAwait && this.pick(3) > 0
    this.put(`${isAwaited ? 'await' : 'void'} Promise.${name}([{ then(resolve) {`)
    this.block(() => {
      this.put(`const $ = ${$c}.as('then')`)
      this.point()
      if (this.pick(2)) this.put(`void ${this.unawaited()}`)
      this.put(`resolve()`)
    })
    const other = this.pick(2) ? `, ${this.unawaited()}` : ''
    this.put(`} }${other}])${isAwaited ? '; $.on()' : '.catch(() => {})'}`)
  }

  /** A thenable with which a promise is resolved: that of an async function, of `new Promise` or of `.then`. */
  returnedThenable(scope) {
    const way = this.pick(5)
    const $c = this.next('$')
    const isAwaited = scope.canAwait && this.pick(3) > 0
    const [before, after] = isAwaited ? ['await ', '; $.on()'] : ['void ', '']
    if (way > 1) {
      const [start, boundary] = way === 2 ? ['new Promise((r) => r(', 'microtask'] : ['Promise.resolve().then(() => (', 'then']
      this.put(`const ${$c} = $.later(${this.line + 1}, '${boundary}'${boundary === 'then' ? '' : ', true'})`)
      this.put(`${before}${start}{ then(resolve) {`)
      this.thenBody($c)
      this.put(`} }))${after}`)
      return
    }
    const name = this.next('give')
    const line = this.line
    this.put(`async function ${name}($c) {`)
    this.block(() => {
      this.put(`const $ = $c.as('${name}')`)
      this.put(`if (!$.go()) return`)
      const first = this.pick(4)
      if (first === 1) this.junk()
      if (first > 1) this.statement({ canAwait: true, canReturn: false, name })
      // V8 names the promise of the function that awaits a plain value.
      if (way === 1) this.put(`await null; $.on()`)
      this.put(`const ${$c} = $.later(${line}, 'microtask', ${way === 0})`)
      this.put(`return { then(resolve) {`)
      this.thenBody($c)
      this.put(`} }`)
    })
    this.put(`}`)
    const isCaught = this.pick(4) === 3
    if (isAwaited && !isCaught) this.put(`await ${name}($.wait(${this.line})); $.on()`)
    else this.put(`${before}${name}($.call(${this.line})).catch(() => {})${after}`)
  }

  thenBody($c) {
    this.block(() => {
      this.put(`const $ = ${$c}.as('then')`)
      this.point()
      const shape = this.pick(4)
      if (shape === 1) this.put(`void ${this.unawaited()}`)
      if (shape === 2) this.put(`setImmediate(resolve)`)
      else this.put(`resolve()`)
    })
  }

  /** A callback that is bound to the code here and called elsewhere. */
  bound(scope) {
    const b = this.next('b')
    const $c = this.next('$')
    const name = $c.replace('$', 'cb')
    const isAsync = this.pick(2) === 1
    this.put(`const ${$c} = $.bound(${this.line + 1})`)
    this.put(`const ${b} = ${this.choices.of(['AsyncResource', 'AsyncLocalStorage'])}.bind(${isAsync ? 'async ' : ''}function ${name}() {`)
    this.callback($c, name, { canAwait: isAsync })
    this.put(`})`)
    const way = this.pick(scope.canAwait ? 4 : 3)
    if (way === 0) this.put(`setImmediate(${b})`)
    else if (way === 1) this.put(`${b}()`)
    else if (way === 2) this.put(`Promise.resolve().then(() => ${b}()).catch(() => {})`)
    else this.put(`await ${b}(); $.on()`)
  }

  /** An async function of another context of vm, which may call back into this one. */
  context(scope) {
    const name = this.next('ctx')
    const line = this.line
    const start = `const ${name} = inContext(`
    this.put(`${start}async function ${name}($c, f) {`)
    this.block(() => {
      this.put(`const $ = $c.as('${name}')`)
      const count = 1 + this.pick(3)
      for (let i = 0; i < count; i++) {
        const shape = this.pick(7)
        if (shape === 0) this.put(`await null; $.on()`)
        else if (shape === 1) this.put(`await new Promise((r) => setImmediate(r)); $.on()`)
        else if (shape === 2) this.put(`await f($.wait(${this.line})); $.on()`)
        else if (shape === 3) this.put(`void f($.call(${this.line}))`)
        else if (shape === 4) this.put(`await Promise.all([f($.call(${this.line})), 1]); $.on()`)
        else if (shape === 5) this.put(`await f($.call(${this.line})).catch(() => {}); $.on()`)
        else {
          const $c = this.next('$')
          const callback = $c.replace('$', 'cb')
          this.put(`const ${$c} = $.later(${this.line + 1}, 'then')`)
          this.put(`Promise.resolve().then(function ${callback}() {`)
          this.put(`  const $ = ${$c}.as('${callback}')`)
          this.put(`  T($, ${this.line})`)
          this.put(`})`)
        }
        if (this.pick(2)) this.point()
      }
      this.point()
    })
    this.put(`}, ${line}, ${2 * this.indent + start.length})`)
    const f = this.choices.of(this.plain).name
    if (scope.canAwait && this.pick(3) > 0) this.put(`await ${name}($.wait(${this.line}), ${f}); $.on()`)
    else this.put(`${name}($.call(${this.line}), ${f}).catch(() => {})`)
  }

  storage(scope) {
    const f = this.choices.of(this.plain).name
    const isAwaited = scope.canAwait && this.pick(2) === 0
    const how = isAwaited ? 'wait' : 'call'
    this.put(
      `${isAwaited ? 'await' : 'void'} new AsyncLocalStorage().run(1, ${f}, $.${how}(${this.line}))${isAwaited ? '; $.on()' : ''}`,
    )
  }

  emitter() {
    const name = this.next('on')
    const e = this.next('e')
    const isAsync = this.pick(2) === 1
    this.put(`const ${e} = new EventEmitter()`)
    this.put(`${e}.on('e', ${isAsync ? 'async ' : ''}function ${name}($c) {`)
    this.callback('$c', name, { canAwait: isAsync })
    this.put(`})`)
    this.put(`${e}.emit('e', $.call(${this.line}))`)
  }

  syncCall() {
    const some = this.functions.filter(({ kind }) => kind === 'sync')
    if (some.length === 0) return this.voidCall()
    this.put(this.callOf(this.choices.of(some), `$.call(${this.line})`))
  }

  returnCall(scope) {
    if (!scope.canReturn || scope.isGenerator || scope.isModule) return this.point()
    const way = this.pick(3)
    if (way === 0 || !scope.canAwait) this.put(`if ($.go()) return ${this.unawaited()}`)
    else if (way === 1) this.put(`if ($.go()) return await ${this.awaited()}`)
    else this.point()
  }
}

const NOTHING = { name: 'soon', kind: 'async', throws: false }

const WAYS = [
  { boundary: 'immediate', open: 'setImmediate(', close: '})', direct: (f, $c) => `setImmediate(${f}, ${$c})` },
  { boundary: 'timeout', open: 'setTimeout(', close: '}, 1)', direct: (f, $c) => `setTimeout(${f}, 1, ${$c})` },
  { boundary: 'nextTick', open: 'process.nextTick(', close: '})', direct: (f, $c) => `process.nextTick(${f}, ${$c})` },
  { boundary: 'microtask', open: 'queueMicrotask(', close: '})' },
  { boundary: 'callback', open: `stat('/', `, close: '})' },
  { boundary: 'then', open: 'Promise.resolve().then(', close: '})', direct: (f, $c) => `Promise.resolve(${$c}).then(${f})` },
]

const SYNCHRONOUS = [
  'point',
  'voidCall',
  'voidCallCaught',
  'junk',
  'schedule',
  'schedule',
  'chain',
  'combinator',
  'combinatorOfMap',
  'voidSettled',
  'emitter',
  'syncCall',
  'storage',
  'loop',
  'iife',
  'interval',
  'turns',
  'deferred',
  'returnCall',
]

const AWAITING = [
  'point',
  'awaitCall',
  'awaitCallThenPoint',
  'awaitCall',
  'awaitValue',
  'awaitLater',
  'voidCall',
  'voidCall',
  'awaitSettled',
  'voidSettled',
  'voidCallCaught',
  'awaitCallCaught',
  'storeAwaitAtOnce',
  'storeAwaitLater',
  'storeAwaitLater',
  'storeTwo',
  'storeHandOn',
  'shared',
  'junk',
  'deferred',
  'combinator',
  'combinator',
  'combinatorOfMap',
  'schedule',
  'schedule',
  'interval',
  'turns',
  'chain',
  'chain',
  'loop',
  'loop',
  'tryCatch',
  'iife',
  'forAwait',
  'forAwait',
  'thenable',
  'storage',
  'emitter',
  'syncCall',
  'awaitInArgument',
  'returnCall',
]

/** For programs of either kind, beside those above. */
const NEWER = ['species', 'lazyMember', 'bound', 'context', 'context', 'returnedThenable', 'returnedThenable']
