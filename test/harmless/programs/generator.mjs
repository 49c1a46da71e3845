// Random asynchronous programs whose event log must not depend on the tracer.
//
// A program is a list of choices: the same choices give the same program, and fewer or smaller ones a smaller
// program. What a program logs is deterministic: in one region of it, everything that the event loop calls back
// comes from one source (immediates, timers of one delay, which Node runs in the order of creation, the answers of one
// worker thread, or the jobs of a pool of one thread), and a region has ended before the next begins. Workers that are
// made and end have a region to themselves; what one runs is a program as well.

/** A source of choices, from a seed or from a list. */
function choicesFrom(from) {
  const taken = []
  let state = typeof from === 'number' ? from * 2654435761 + 1 : 0
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const pick = (n) => {
    const choice = Array.isArray(from) ? (from[taken.length] ?? 0) % n : Math.floor(random() * n)
    taken.push(choice)
    return choice
  }
  return {
    pick,
    taken,
    isOver: () => taken.length > MAX_CHOICES || (Array.isArray(from) && taken.length >= from.length),
  }
}

/** What calls back in a region. */
const SOURCES = ['setImmediate', 'setTimeout', '$.post', '$.job']
const WAITS = {
  setImmediate: { wait: '$.turn(9)', promisified: '$.turnOf("i")' },
  setTimeout: { wait: '$.sleep(1, 8)', promisified: '$.sleepOf(1, "s")' },
  '$.post': { wait: '$.reply(9)', promisified: '$.replyOf("p")' },
  '$.job': { wait: '$.done(9)', promisified: '$.failed("f").catch((e) => e.message)' },
}
/** Ways in which a worker ends: see runtime-threads.mjs. */
const ENDS = 9
const MAX_CHOICES = 260
const MAX_DEPTH = 4

/** @returns the program as the source of an async function, and the choices that led to it. */
export function generateProgram(from) {
  const { pick, taken, isOver } = choicesFrom(from)
  let names = 0
  let logs = 0
  let depth = 0
  /** `setImmediate`, `setTimeout` with the one delay of this region, `$.post` or `$.job`. */
  let source = 'setImmediate'

  const name = (prefix) => `${prefix}${++names}`
  const log = (value) => `L(${++logs}${value === undefined ? '' : `, ${value}`})`
  const one = (...makers) => makers[pick(makers.length)]()
  const times = (most, make) => Array.from({ length: 1 + pick(most) }, make)
  const later = (code) => `($.n++, ${source}(() => { $.n--; ${code} }${source === 'setTimeout' ? ', 1' : ''}))`
  const value = () =>
    one(
      () => '1',
      () => 'null',
      () => '"text"',
      () => '{ a: 1 }',
      () => 'undefined',
    )
  /** After an exception that nobody caught, Node goes on in an immediate: no more in the order of its timers. */
  const thrown = () => (source === 'setImmediate' ? `throw ${error()}` : log())
  const error = () => `new $.Err("e${++logs}")`

  /** Code that some scheduler calls. */
  const schedule = (code) =>
    one(
      () => `queueMicrotask(() => { ${code} })`,
      () => `process.nextTick((a, b) => { ${code} }, 1, 2)`,
      () => later(code),
      () => `Promise.resolve().then(() => { ${code} })`,
      () => code,
    )

  const thenable = () =>
    one(
      () => `{ then(resolve) { ${log()}; resolve(${value()}) } }`,
      () => `{ then(_, reject) { ${log()}; reject(${error()}) } }`,
      () => `{ then(resolve) { ${log()}; ${schedule('resolve(1)')} } }`,
      () => `{ get then() { ${log()}; return (resolve) => resolve(2) } }`,
      () => `{ get then() { throw ${error()} } }`,
      () => `{ then(resolve, reject) { resolve(3); reject(4); throw ${error()} } }`,
    )

  const made = () =>
    one(
      () => `new Promise((resolve) => { ${log()}; ${schedule('resolve(5)')} })`,
      () => `new Promise((_, reject) => { ${schedule(`reject(${error()})`)} })`,
      () => `new Promise(() => { throw ${error()} })`,
      () => `new Promise((resolve) => resolve(${expression()}))`,
      () => `$.deferred((d) => { ${schedule('d.resolve(6)')} })`,
    )

  const combinator = () => {
    const members = times(3, () => one(promise, promise, value, thenable))
    const list = one(
      () => `[${members}]`,
      () => `[${members}]`,
      () => `$.iterable([${members}])`,
      () => `new Set([${members}])`,
      () => `$.broken([${members}])`,
    )
    const which = ['all', 'allSettled', 'race', 'any'][pick(4)]
    return `${['Promise', 'Promise', '$.Sub'][pick(3)]}.${which}(${list})`
  }

  const chain = () => {
    const step = () =>
      one(
        () => `.then((v) => { ${log('v')}; return ${one(value, expression)} })`,
        () => `.then(() => { ${block('sync')} })`,
        () => `.catch((e) => { ${log('e')}; return 7 })`,
        () => `.finally(() => { ${log()} })`,
        () => `.then(() => { throw ${error()} })`,
        () => '.then()',
        () => `.then(async (v) => { ${block()} })`,
        () => `.finally(async () => { ${block()} })`,
      )
    return `${promise()}${times(3, step).join('')}`
  }

  const call = () => {
    const body = block()
    const end = one(
      () => '',
      () => `return ${value()}`,
      () => `return ${expression()}`,
      () => `return await ${expression()}`,
      () => `throw ${error()}`,
    )
    const fn = `${body}; ${end}`
    return one(
      () => `(async () => { ${fn} })()`,
      () => `(async function ${name('named')}() { ${fn} })()`,
      () => `({ async method() { ${fn} } }).method()`,
      () => `(async (a = ${log()}) => { ${fn} })()`,
      () => `new (class { static async make() { ${fn} } })().constructor.make()`,
    )
  }

  const promised = () => {
    const { wait, promisified } = WAITS[source]
    return one(
      () => wait,
      () => promisified,
      () => `$.once(($.e = new $.Emitter()), 'x', (e) => { ${schedule('e.emit("x", 10)')} })`,
      () => `$.streamOf([${times(3, value)}], (v) => { ${log('v')} })`,
      () => `$.pipe([1, 2, 3], (v) => { ${log('v')} }, ${pick(4)})`,
      () => `$.web([1, 2], (v) => { ${log('v')} })`,
      () => `$.aborted((c) => { ${schedule(`c.abort(${one(() => '', error)})`)} })`,
      () => 'Promise.reject(11)',
      () => `$.Sub.resolve(12).then((v) => ${log('v')})`,
      () => `$.Sub.reject(${error()})`,
    )
  }

  function promise() {
    depth++
    const code =
      depth > MAX_DEPTH || isOver()
        ? one(
            () => 'Promise.resolve(0)',
            () => 'Promise.reject(13)',
          )
        : one(
            () => 'Promise.resolve(0)',
            call,
            call,
            made,
            chain,
            combinator,
            promised,
            () => `$.shared(${pick(3)})`,
          )
    depth--
    return code
  }

  function expression() {
    return one(value, promise, promise, thenable)
  }

  const generator = () => {
    const body = times(3, () =>
      one(
        () => `yield ${one(value, expression)}`,
        () =>
          `try { yield 1; ${log()} } finally { ${log()}; ${one(
            () => '',
            () => `await ${promise()}`,
          )} }`,
        () =>
          `yield* ${one(
            () => `[${times(2, expression)}]`,
            () => `(async function* () { yield ${expression()} })()`,
          )}`,
        () => `${log()}; await ${expression()}`,
        () => `throw ${error()}`,
        () => `return ${expression()}`,
      ),
    ).join('; ')
    const it = name('it')
    return one(
      () =>
        `for await (const v of (async function* () { ${body} })()) { ${log('v')} ${one(
          () => '',
          () => ';break',
          () => `;${block()}`,
        )} }`,
      () =>
        `{ const ${it} = (async function* () { ${body} })(); ${it}.next().then((v) => { ${log('v')} }, (e) => { ${log('e')} }); ${it}.next().catch((e) => { ${log('e')} }); ${one(
          () => `${it}.return(1)`,
          () => `${it}.throw(1).catch(() => {})`,
          () => `${it}.next()`,
        )} }`,
      () => `for await (const v of [${times(3, expression)}]) ${log('v')}`,
      () =>
        `for (const v of (function* () { yield 1; try { yield ${promise()} } finally { ${log()} } })()) { ${log('v')}; await v }`,
      () => `for await (const v of $.iterable([${times(2, expression)}])) { ${log('v')}; break }`,
    )
  }

  const contexts = () =>
    one(
      () => `$.als.run(${++logs}, () => { ${block('sync')} })`,
      () => `await $.als.run(${++logs}, async () => { ${block()} })`,
      () => `$.als.exit(() => { ${block('sync')} })`,
      () => `$.als.enterWith(${++logs})`,
      () => `{ const r = new $.Resource("R"); ${schedule(`r.runInAsyncScope(() => { ${log()} })`)} }`,
      () => `{ const f = $.Resource.bind((v) => { ${log('v')} }); ${schedule('f(1)')} }`,
      () => `{ const f = $.Als.snapshot(); ${schedule(`f(() => { ${log()} })`)} }`,
      () => `${log('new $.Resource("S").runInAsyncScope(function (a) { return [this.x, a] }, { x: 1 }, 2)')}`,
    )

  const emitter = () => {
    const e = name('e')
    return `{ const ${e} = new $.Emitter(${one(
      () => '',
      () => '{ captureRejections: true }',
    )}); ${e}.on("x", ${one(
      () => '',
      () => 'async ',
    )}(v) => { ${log('v')}; ${block('sync')} }); ${e}.on("error", (e) => { ${log('e')} }); ${schedule(`${e}.emit("x", 1)`)}; ${e}.once("x", () => { ${log()} }) }`
  }

  const timers = () => {
    const t = name('t')
    if (source.startsWith('$'))
      return one(
        () => later(block('sync')),
        () => later(log()),
      )
    const set = (code) =>
      source === 'setTimeout' ? `setTimeout((a) => { ${code} }, 1, "a")` : `setImmediate((a) => { ${code} }, "a")`
    const clear = source === 'setTimeout' ? 'clearTimeout' : 'clearImmediate'
    return one(
      () => later(block('sync')),
      () => `{ const ${t} = ${set(log())}; ${clear}(${t}) }`,
      () => `{ $.n++; ${set(`$.n--; ${log('a')}`)} }`,
      () =>
        `{ $.n++; let n = 0; const again = () => { ${log()}; if (++n < 3) ${source}(again, 1); else $.n-- }; again() }`,
      () =>
        source === 'setTimeout'
          ? `{ $.n++; let n = 0; const ${t} = setInterval(() => { ${log()}; if (++n === 2) { clearInterval(${t}); $.n-- } }, 1) }`
          : later(log()),
      () => later(thrown()),
    )
  }

  const observe = () =>
    one(
      () => log(`$.stack(${error()})`),
      () => log(`$.inspect(${promise()})`),
      () => `await $.patchedThen(async () => { ${block()} }, (n) => { ${log('n')} })`,
      () => `await $.hooked(async () => { ${block()} }, (n) => { ${log('n')} })`,
      () => `{ const p = ${promise()}; ${schedule('p.catch(() => {})')} }`,
      () => `try { $.overflow() } catch (e) { ${log('e.name')} }`,
      () => log(`$.keysOf(${promise()}).length`),
    )

  function block(kind = 'async') {
    depth++
    const lines = depth > MAX_DEPTH || isOver() ? [log()] : times(3, () => statement(kind))
    depth--
    return lines.join('; ')
  }

  function statement(kind) {
    if (kind === 'sync') {
      return one(
        () => log(),
        () => schedule(block('sync')),
        () => `void ${promise()}`,
        timers,
        emitter,
        thrown,
      )
    }
    return one(
      () => log(),
      () => `${log(`await ${expression()}`)}`,
      () => `await ${expression()}`,
      () => `void ${promise()}`,
      () => `try { await ${promise()} } catch (e) { ${log('e')} } finally { ${log()} }`,
      () => schedule(block('sync')),
      () => `{ const p = ${promise()}; ${block()}; await p }`,
      () => `await ${combinator()}`,
      generator,
      contexts,
      emitter,
      timers,
      observe,
      () => `for (let i = 0; i < 3; i++) { ${log('i')}; await ${expression()} }`,
    )
  }

  const region = (of) => {
    source = of
    return `await $.region('${source}', async () => { ${times(4, () => statement('async')).join(';\n    ')} })`
  }
  const alone = () =>
    one(
      () => `${log(`await $.inWorker(${JSON.stringify(`async ($, L) => { ${region(SOURCES[pick(2)])} }`)})`)}`,
      () => `${log(`await $.ended(${pick(ENDS)})`)}`,
    )
  const regions = []
  for (let i = 0; i < 1 + (isOver() ? 0 : pick(3)); i++) {
    const kind = pick(16)
    // A worker takes its time to start: one region in eight.
    regions.push(kind > 13 ? alone() : region(SOURCES[kind > 11 ? kind - 10 : kind % 2]))
  }
  return { choices: taken, source: `async ($, L) => {\n  ${regions.join('\n  ')}\n}` }
}
