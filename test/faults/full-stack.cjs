// The tracer's hooks run while the stack is full, at every depth of a recursion: each call either does all of what
// it does or throws a RangeError, and nothing else is heard of it.
// flags: --stack-size=160
const said = new Set()
const say = (what) => said.add(what)
process.on('uncaughtException', (error, origin) => say(`${origin}: ${error.message}`))
process.on('unhandledRejection', (reason) => say(`unhandled: ${reason}`))
process.on('warning', (warning) => say(`warning: ${warning.message}`))

const one = Promise.resolve(1)
const nothing = () => {}
const failed = []
/** What ran although the call that was to begin it threw. */
let ghosts = 0
let made = 0
let ran = 0

/** Calls `begin(callback)`; it must be called back if, and only if, `begin` returned. */
function attempt(begin) {
  const state = { isMade: false, isRun: false }
  begin(() => {
    state.isRun = true
    ran++
    if (!state.isMade) failed.push(state)
  })
  state.isMade = true
  made++
}
const begins = {
  timeout: (callback) => void setTimeout(callback, 0),
  immediate: (callback) => void setImmediate(callback),
  tick: (callback) => process.nextTick(callback),
  microtask: (callback) => queueMicrotask(callback),
  then: (callback) => void one.then(callback, nothing),
}
async function plain() {
  return 1
}
async function awaiting() {
  await null
}
const calls = {
  call: () => void plain().then(nothing, nothing),
  awaiting: () => void awaiting().then(nothing, nothing),
  new: () => void new Promise((resolve) => resolve(1)),
  all: () => void Promise.all([one, 1]).then(nothing, nothing),
  race: () => void Promise.race([one, 1]).then(nothing, nothing),
}

/** Every depth of the way back is a new one at which to try; a padding changes where the stack is full. */
function deep(action, padding) {
  if (padding > 0) {
    deep(action, padding - 1)
    return
  }
  try {
    deep(action, 0)
  } catch (error) {
    if (!(error instanceof RangeError)) say(`not a RangeError: ${error}`)
  }
  if (tries++ > 60) return
  try {
    action()
  } catch (error) {
    if (!(error instanceof RangeError)) say(`not a RangeError: ${error}`)
  }
}
let tries = 0
for (const action of [...Object.values(begins).map((begin) => () => attempt(begin)), ...Object.values(calls)]) {
  for (let padding = 0; padding < 8; padding++) {
    tries = 0
    deep(action, padding)
  }
}
for (const state of failed) ghosts += state.isMade ? 0 : 1

async function recursion(n) {
  await recursion(n + 1)
}
recursion(0).catch((error) => say(`async recursion: ${error.constructor.name}`))
async function later() {
  await null
  return recursion(0)
}
later().catch((error) => say(`after an await: ${error.constructor.name}`))
function thenDeep() {
  return one.then(() => deepThen(0))
}
function deepThen(n) {
  one.then(nothing)
  return deepThen(n + 1)
}
thenDeep().catch((error) => say(`in a then: ${error.constructor.name}`))

setTimeout(() => {
  console.log([...said].sort().join('\n'))
  console.log('all that was made ran:', made === ran - failed.length)
  console.log('threw and ran all the same:', failed.length > 0)
}, 300)
