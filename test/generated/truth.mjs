/**
 * What a generated program carries along to know its own true path, and the comparison with the tracer's.
 *
 * An `Act` is one run of a function. It knows two paths: `live`, what lies below it while it is still in its
 * synchronous part, and `resumed`, what lies below it once it has been resumed after an `await`. Paths are
 * immutable linked lists, made at the call; nothing here reads a stack or touches a promise.
 */
import { writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import { collectAsyncTrace, tracingStatus } from 'async-trace'

const MAX_DEPTH = 14
const MAX_HOPS = 150
const FUEL = 250
const MAX_FAILURES = 5
const MAX_CHECKS = 3000

class Step {
  /** @param mayBeMissing whether the tracer may not know it, and says so. */
  constructor(name, line, boundary, up, mayBeMissing = false) {
    this.mayBeMissing = mayBeMissing
    this.name = name
    this.line = line
    this.boundary = boundary
    this.up = up
    this.hops = (up?.hops ?? 0) + (boundary === null ? 0 : 1)
  }
}

/** What the caller hands to the callee. */
class Call {
  /** @param isDirect whether what the callee returns is awaited at once by the async function below. */
  constructor(caller, live, resumed, isDirect) {
    this.caller = caller
    this.live = live
    this.resumed = resumed
    this.isDirect = isDirect
    /** Whether other code may lie below it on the stack. */
    this.isBound = caller !== null && !caller.isResumed && caller.call_.isBound
    this.depth = (caller?.liveDepth ?? 0) + 1
  }

  as(name) {
    return new Act(name, this)
  }
}

class Act {
  isResumed = false

  constructor(name, call) {
    this.name = name
    this.call_ = call
  }

  get liveDepth() {
    return this.isResumed ? 1 : this.call_.depth
  }

  get below() {
    return this.isResumed ? this.call_.resumed : this.call_.live
  }

  /** After an `await` of the function's own. */
  on() {
    this.isResumed = true
    return this
  }

  /** The same, around an `await` in the middle of an expression. */
  after(_value) {
    return this.on()
  }

  /** A call that is not directly awaited. */
  call(line) {
    return new Call(this, this.#at(line, null, this.below), this.#at(line, 'async', this.below), false)
  }

  /** A call that is directly awaited: once it is resumed, this function is suspended. */
  wait(line) {
    return new Call(this, this.#at(line, null, this.below), this.#at(line, null, this.call_.resumed), true)
  }

  /** A synchronous function's call whose result it returns: awaited if its own caller awaits. */
  pass(line) {
    return this.call_.isDirect ? this.wait(line) : this.call(line)
  }

  /** A callback. */
  later(line, boundary, mayBeMissing = false) {
    const path = new Step(this.name, line, boundary, this.below, mayBeMissing)
    return new Call(null, path, path, false)
  }

  /** A callback that is bound here, and may be called by code that has nothing to do with its path. */
  bound(line) {
    const call = this.later(line, 'callback')
    call.isBound = true
    return call
  }

  /** False where the program has run for long enough. */
  go() {
    return --fuel > 0 && this.liveDepth < MAX_DEPTH && (this.below?.hops ?? 0) < MAX_HOPS
  }

  /** The same for a callback that schedules itself, whose chain may be long. */
  spend() {
    return --fuel > 0
  }

  #at(line, boundary, up) {
    return new Step(this.name, line, boundary, up)
  }
}

/**
 * What the body of an async generator gets that a function iterates with `for await`: each turn is a call.
 *
 * @param present gives the act of that function: if it is a generator too, it has another one after each of its `yield`.
 */
export function turns(present, line) {
  return { as: (name) => present().wait(line).as(name) }
}

/** The module's top level, before and after its first await. */
export const M = new Act('<module>', new Call(null, null, null, false))

export class Back extends Promise {
  static get [Symbol.species]() {
    return Promise
  }
}
export class Self extends Promise {
  static get [Symbol.species]() {
    return Self
  }
}
export class None extends Promise {
  static get [Symbol.species]() {
    return undefined
  }
}

let context = null

/** The same function made anew in another context, from its own text. @param column of its first character, from 0. */
export function inContext(fn, line, column) {
  context ??= vm.createContext({ T, setImmediate })
  return vm.runInContext(`(${fn})`, context, { filename: file, lineOffset: line - 1, columnOffset: column - 1 })
}

let fuel = 0
let file = ''
const here = fileURLToPath(import.meta.url)
let program = null
const programs = []

process.on('unhandledRejection', () => {})
process.on('exit', (code) => {
  const { captures, faults, lastFault } = tracingStatus()
  writeSync(1, `\n@@${JSON.stringify({ code, programs, captures, faults, lastFault })}\n`)
})

export function begin(url, key) {
  file = fileURLToPath(url)
  fuel = FUEL
  program = { key, checks: 0, slips: 0, gaps: 0, failures: [] }
  programs.push(program)
}

/** Settles once the program has nothing more to do. */
export function drained() {
  return new Promise((resolve) => {
    process.once('beforeExit', () => setTimeout(resolve, 0))
  })
}

/** A trace point: the tracer's path must be the true one. */
export function T($, line) {
  const { frames } = collectAsyncTrace()
  const expected = [{ name: $.name, line, boundary: null }]
  for (let step = $.below; step !== null; step = step.up) expected.push(step)
  if (++program.checks > MAX_CHECKS) {
    fuel = 0
    return
  }
  checkLive($, line, expected)
  let start = 0
  while (frames[start]?.filename === here) start++
  const got = frames.slice(start, -1)
  const root = frames.at(-1)
  const wrong = []
  if (start === 0 || root.name !== 'Task-1' || root.line !== null || root.filename !== null) wrong.push('the root')
  for (const frame of got) {
    if ((frame.boundary === null) !== (frame.task === null)) wrong.push(`the task of ${frame.name}:${frame.line}`)
  }
  if (got.some(({ name }) => name === '<not traced>')) program.gaps++
  if (!matches(got, 0, expected, 0)) {
    // All frames are right, and an [ASYNC] stands on a wrong one: a known gap, counted and bounded.
    marksMatter = false
    const framesAreRight = matches(got, 0, expected, 0)
    marksMatter = true
    if (framesAreRight) program.slips++
    else wrong.push('the path')
  }
  if (wrong.length === 0 || program.failures.length >= MAX_FAILURES) return
  program.failures.push({ line, wrong, expected: expected.map(words), got: got.map(words) })
}

/** The generator's own part of the truth that V8 can confirm: the frames that are on the stack now. */
function checkLive($, line, expected) {
  let count = 1
  for (let act = $; !act.isResumed && act.call_.caller !== null; act = act.call_.caller) count++
  const { prepareStackTrace, stackTraceLimit } = Error
  Error.stackTraceLimit = 200
  Error.prepareStackTrace = (_error, sites) => sites
  const sites = new Error('live').stack
  Error.stackTraceLimit = stackTraceLimit
  if (prepareStackTrace === undefined) delete Error.prepareStackTrace
  else Error.prepareStackTrace = prepareStackTrace
  const live = sites.filter((site) => !site.isAsync() && fileOf(site) === file).map((site) => site.getLineNumber())
  const wanted = expected.slice(0, count).map((step) => step.line)
  if (!$.isResumed && $.call_.isBound) live.length = Math.min(live.length, wanted.length)
  if (live.join() === wanted.join()) return
  program.failures.push({
    line,
    wrong: ['the generator: V8 has other lines on the stack'],
    expected: wanted.map(String),
    got: live.map(String),
  })
}

function fileOf(site) {
  const script = site.getScriptNameOrSourceURL() ?? ''
  return script.startsWith('file:') ? fileURLToPath(script) : script
}

let marksMatter = true

/** Compares with every group of frames that repeats unfolded; `A ×2, B ×2` may be one group or two. */
function matches(got, at, expected, i, failed = new Set()) {
  const key = at * 100_000 + i
  if (failed.has(key)) return false
  const found = matchesAt(got, at, expected, i, failed)
  if (!found) failed.add(key)
  return found
}

function matchesAt(got, at, expected, i, failed) {
  if (at === got.length) return i === expected.length
  const turns = got[at].repeated
  if (isGap(got[at]) && turns === 1) return matchesGap(got, at, expected, i, failed)
  if (turns === 1) return same(got[at], expected[i]) && matches(got, at + 1, expected, i + 1, failed)
  let end = at + 1
  while (got[end]?.repeated === turns) end++
  for (let period = end - at; period > 0; period--) {
    const group = got.slice(at, at + period)
    if (group.some(isGap)) {
      // How many frames a gap stands for may differ from turn to turn.
      const unfolded = Array.from({ length: turns }, () => group.map((frame) => ({ ...frame, repeated: 1 }))).flat()
      if (matches([...unfolded, ...got.slice(at + period)], 0, expected, i)) return true
      continue
    }
    let ok = i + turns * period <= expected.length
    for (let n = 0; ok && n < turns * period; n++) ok = same(got[at + (n % period)], expected[i + n])
    if (ok && matches(got, at + period, expected, i + turns * period, failed)) return true
  }
  return false
}

function isGap({ name }) {
  return name === '<not traced>'
}

/** Frames that the tracer says it does not know. What is below them is the truth again. */
function matchesGap(got, at, expected, i, failed) {
  if (expected[i]?.mayBeMissing !== true) return false
  if (at === got.length - 1) return true
  for (let next = i + 1; next < expected.length; next++) if (matches(got, at + 1, expected, next, failed)) return true
  return false
}

function same(frame, step) {
  return (
    step !== undefined &&
    frame.line === step.line &&
    (frame.boundary === step.boundary || (!marksMatter && isAsyncOrNone(frame) && isAsyncOrNone(step))) &&
    frame.filename === file &&
    // V8 puts the class before a method's name.
    frame.name.slice(frame.name.lastIndexOf('.') + 1) === step.name
  )
}

function isAsyncOrNone({ boundary }) {
  return boundary === null || boundary === 'async'
}

function words({ name, line, boundary, repeated = 1 }) {
  return `${name}:${line}${boundary === null ? '' : ` [${boundary}]`}${repeated > 1 ? ` ×${repeated}` : ''}`
}
