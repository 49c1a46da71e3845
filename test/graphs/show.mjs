// Prints what a program waits for in few words, without numbers that differ from run to run.
import { basename } from 'node:path'
import { captureCallStack, captureWaitGraph, getTasks } from 'async-trace'

/** A timer can come before immediates that are due, where the machine is busy: so many turns of the loop come first. */
const TURNS = 20
const held = []
let knownAddress = null

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
  knownAddress = port === null ? null : `127.0.0.1:${port}`
  const report = async () => {
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

const isProgram = ({ currentFrame }) => currentFrame === null || basename(currentFrame.filename) !== 'show.mjs'
const place = ({ name, line }) => (line === null ? name : `${name}:${line}`)
const masked = (label) =>
  label
    .replace(/, \d+ ms remaining/, '')
    .replace(/times out in .*/, 'times out')
    .replace(/(?:127\.0\.0\.1|\[::1?\]):\d+/g, (found) => (found === knownAddress ? '127.0.0.1:PORT' : '<address>'))
    .replace(/process \d+/, 'process <pid>')

function nodeText({ kind, label, stack, task }) {
  if (task === null) return `(${kind === 'promise' ? masked(label) : `${kind}: ${masked(label)}`})`
  return stack.length === 0 ? label.replace(/Task-\d+ ?/, 'task ') : stack.toReversed().map(place).join(' ')
}

function graphLines({ nodes, edges, cycles }) {
  const shown = nodes.filter(({ stack }) => stack.every(({ filename }) => basename(filename) !== 'show.mjs'))
  const texts = new Map(shown.map((node) => [node.id, nodeText(node)]))
  const lines = shown
    .map((node) => {
      const own = edges
        .filter(({ from }) => from === node.id)
        .map(({ to, via }) => `  ${via ?? 'await'} -> ${texts.get(to)}`)
      return own.length === 0 && node.task === null ? null : [texts.get(node.id), ...own.sort()].join('\n')
    })
    .filter((text) => text !== null)
  return [
    'graph',
    ...counted(lines.sort()),
    ...cycles.map((cycle) => `deadlock: ${turned(cycle.map((id) => texts.get(id))).join(' -> ')}`).sort(),
  ]
}

/** Alike ones as one. */
function counted(lines) {
  return [...new Set(lines)].map((line) => {
    const count = lines.filter((other) => other === line).length
    return count === 1 ? line : line.replace(/^.*/, (first) => `${first} ×${count}`)
  })
}

function turned(names) {
  const from = names.indexOf([...names].sort()[0])
  return [...names.slice(from), ...names.slice(0, from)]
}

function taskLine({ state, stack, waitingOn, createdPath }) {
  const path = createdPath.map((frame) => `${place(frame)}${frame.boundary ? ` [${frame.boundary}]` : ''}`)
  return `  ${state} ${stack.map(place).join(' ')} | ${waitingOn === null ? '-' : masked(waitingOn.label.replace(/Task-\d+/, 'task'))} | ${path.join(' < ').replace(/Task-\d+$/, 'root')}`
}

function stackLines({ callStack, awaitedBy, cycle, isReference }, depth) {
  const mark = cycle ? ' (cycle)' : isReference ? ' (again)' : ''
  const line = `${'  '.repeat(depth)}${callStack.map(place).join(' < ') || '(promise)'}${mark}`
  return [line, ...awaitedBy.flatMap((waiter) => stackLines(waiter, depth + 1))]
}
