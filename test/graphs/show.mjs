// Prints what a program waits for in few words, without numbers that differ from run to run.
import { basename } from 'node:path'
import { captureCallStack, captureWaitGraph, getTasks } from 'async-trace'
import { graphLines, masked, place, showAddress } from './graph-lines.mjs'

/** A timer can come before immediates that are due, where the machine is busy: so many turns of the loop come first. */
const TURNS = 20
const held = []

/** A promise that nothing settles, and that is held: what nothing holds is collected and not listed. */
export function never() {
  const promise = new Promise(() => {})
  held.push(promise)
  return promise
}

export function hold(value) {
  held.push(value)
  return value
}

/**
 * Once the program has come to rest: its wait graph, the call stacks of promises by name, and then the end.
 *
 * @param ready polled; the time begins when it returns true.
 * @param heap true for searches of the heap that take as long as they need.
 * @param port of a server outside: its address is shown, as `127.0.0.1:PORT`.
 */
export function show({
  stacks = {},
  tasks = false,
  afterMs = 20,
  before = () => {},
  ready = () => true,
  port = null,
  heap,
} = {}) {
  if (port !== null) showAddress(port)
  const report = async () => {
    if (process.env.GRAPH_STAYS !== undefined) return stay()
    before()
    const graph = await captureWaitGraph({ heap })
    const dump = tasks ? await getTasks({ includeStacks: true }) : null
    const found = Object.entries(stacks).map(([name, promise]) => [name, captureCallStack({ promise })])
    console.log(graphLines(graph).join('\n'))
    if (dump !== null) console.log(['tasks', ...dump.tasks.filter(isProgram).map(taskLine).sort()].join('\n'))
    for (const [name, stack] of found) console.log([`stack of ${name}`, ...stackLines(stack, 1)].join('\n'))
    process.exit()
  }
  const settle = (turns) => (turns === 0 ? report() : setImmediate(settle, turns - 1))
  const poll = () => (ready() ? setTimeout(settle, afterMs, TURNS) : setTimeout(poll, 5))
  poll()
}

/** For those who ask from outside (test/harmless/parity.test.mjs). */
function stay() {
  setInterval(() => {}, 1_000_000)
  console.log('ready')
}

const isProgram = ({ currentFrame }) => currentFrame === null || basename(currentFrame.filename ?? '') !== 'show.mjs'
function taskLine({ state, stack, waitingOn, createdPath }) {
  const path = createdPath.map((frame) => `${place(frame)}${frame.boundary ? ` [${frame.boundary}]` : ''}`)
  return `  ${state} ${stack.map(place).join(' ')} | ${waitingOn === null ? '-' : masked(waitingOn.label.replace(/Task-\d+/, 'task'))} | ${path.join(' < ').replace(/Task-\d+$/, 'root')}`
}

function stackLines({ callStack, awaitedBy, cycle, isReference }, depth) {
  const mark = cycle ? ' (cycle)' : isReference ? ' (again)' : ''
  const line = `${'  '.repeat(depth)}${callStack.map(place).join(' < ') || '(promise)'}${mark}`
  return [line, ...awaitedBy.flatMap((waiter) => stackLines(waiter, depth + 1))]
}
