import { mkdirSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { withOriginalBuiltins } from './engine/original-builtins.js'
import { watchUnlisted } from './engine/unlisted-signal.js'
import { counted } from './format/counted-text.js'
import { keptAliveText } from './format/kept-alive-text.js'
import { printable } from './format/printable.js'
import { summaryLines } from './format/summary-text.js'
import { instance } from './instance.js'
import type { TaskDump } from './model/task-dump.js'
import type { WaitGraph } from './model/wait-graph.js'
import { messageOf } from './record/faults.js'
import { formatTasks } from './showing.js'

const UNSETTLED_TOP_LEVEL_AWAIT = 13
let written = 0

/** What `async-trace/register` does besides switching tracing on. */
export function listenForDumps(): void {
  if (!isMainThread) return
  const chosen = process.env['ASYNC_TRACE_SIGNAL']
  if (chosen === undefined) dumpOnUsualSignal()
  // Also if tracing is off: without a listener the signal, which a runbook may send, would end the process.
  else dumpOnSignal(chosen)
  dumpAtUnsettledExit()
}

/** The signal on which Go and Java print their dumps, and which Ctrl-\ sends at a terminal. */
const USUAL_SIGNAL = 'SIGQUIT'

/**
 * Dumps on SIGQUIT, and then lets the signal do what it does without us: it ends the process, unless the program listens
 * to it. So supervisors that stop a process by it, and the program's own listeners, find everything as it was.
 */
function dumpOnUsualSignal(): void {
  let isEnding = false
  const watched = watchUnlisted(USUAL_SIGNAL, (isListenedTo) => {
    if (isListenedTo) {
      if (instance.isOn()) dumpThreads()
    } else if (isEnding || !instance.isOn()) {
      // Sent again while the worker threads are asked: it is meant.
      watched?.doDefault()
    } else {
      isEnding = true
      dumpThreads(() => {
        isEnding = false
        watched?.doDefault()
      })
    }
  })
}

/**
 * Dumps on a signal that was chosen for that; the process goes on, as Java's does.
 *
 * @param signal as Node names it; `off` for none. What is no signal's name is said once on stderr.
 */
function dumpOnSignal(signal: string): void {
  if (signal === 'off' || signal === '') return
  if (!Object.hasOwn(constants.signals, signal)) {
    say(
      `async-trace: ASYNC_TRACE_SIGNAL is '${printable(signal)}', which is no signal's name, such as SIGQUIT, nor 'off'`,
    )
    return
  }
  try {
    process.on(signal, () => {
      if (instance.isOn()) dumpThreads()
      else say(`async-trace: tracing is off: what is pending is not known here. Ask: async-trace tree ${process.pid}`)
    })
  } catch {
    say(`async-trace: ASYNC_TRACE_SIGNAL is '${signal}', which no process can listen to: take another, such as SIGUSR2`)
  }
}

/** Node ends with this code where the main module still awaits and nothing is left that could wake it. */
function dumpAtUnsettledExit(): void {
  process.on('exit', (code) => {
    if (!instance.isOn()) return
    // A listener of the program's has ended it while the worker threads were asked.
    if (dumpsUnderWay > 0) dump(null)
    if (code !== UNSETTLED_TOP_LEVEL_AWAIT && process.exitCode !== UNSETTLED_TOP_LEVEL_AWAIT) return
    dump('async-trace: the top-level await of the main module never settled. What is pending:')
  })
}

/** How long a worker may take to answer before it is listed as busy. */
const TIMEOUT_MS = 1_000

let dumpsUnderWay = 0

/** @param done called in any case, at once if there are no worker threads to ask. */
function dumpThreads(done: () => void = () => {}): void {
  dumpsUnderWay++
  const end = () => {
    dumpsUnderWay--
    done()
  }
  try {
    instance.collectThreads({ tasks: true, stacks: true, graph: true }, TIMEOUT_MS, (tasks, graph) => {
      if (tasks !== null && graph !== null) show(null, tasks, graph)
      end()
    })
  } catch (error) {
    sayFault(error)
    end()
  }
}

function dump(heading: string | null): void {
  try {
    // Nothing waits for this process any more: the heap is read whatever it takes.
    withOriginalBuiltins(() => {
      const moment = instance.readMoment(true)
      show(heading, instance.dumpTasks(true, moment), instance.waitGraph(moment))
    })
  } catch (error) {
    sayFault(error)
  }
}

/** To stderr, or as JSON to the file or into the folder that `ASYNC_TRACE_DUMP` names. */
function show(heading: string | null, tasks: TaskDump, graph: WaitGraph): void {
  try {
    withOriginalBuiltins(() => {
      const target = process.env['ASYNC_TRACE_DUMP']
      if (target && wroteJson(target, tasks, graph)) return
      const parts = [heading, conclusions(tasks, graph), formatTasks(tasks), aliveText()]
      say(parts.filter((text) => text !== null).join('\n'))
    })
  } catch (error) {
    sayFault(error)
  }
}

function sayFault(error: unknown): void {
  say(`async-trace: no dump: ${printable(messageOf(error))}`)
}

/** The conclusions that the first lines of the tree print, except for the lost functions that the dump has listed. */
function conclusions(tasks: TaskDump, graph: WaitGraph): string | null {
  const { lost, ...others } = graph
  const lines = summaryLines(tasks.lost === undefined ? graph : others, 'relative')
  return lines.length === 0 ? null : `${lines.join('\n')}\n`
}

function aliveText(): string | null {
  const text = keptAliveText(instance.keptAlive(), 'relative')
  return text === null ? null : `\n${text}`
}

/** False where it cannot be written, which is said: what is pending is then told on stderr. */
function wroteJson(target: string, tasks: TaskDump, graph: WaitGraph): boolean {
  try {
    writeJson(target, tasks, graph)
    return true
  } catch (error) {
    say(
      `async-trace: ASYNC_TRACE_DUMP is '${printable(target)}', where nothing can be written: ${printable(messageOf(error))}. ` +
        "It takes a file in a folder that is there, or a folder's name that ends with /.",
    )
    return false
  }
}

function writeJson(target: string, tasks: TaskDump, waitGraph: WaitGraph): void {
  const isFolder = /[\\/]$/.test(target) || statSync(target, { throwIfNoEntry: false })?.isDirectory() === true
  if (isFolder) mkdirSync(target, { recursive: true })
  const name = `async-trace-${process.pid}-${tasks.takenAtMs}-${++written}.json`
  const file = isFolder ? join(target, name) : target
  // It may hold the program's secrets.
  writeFileSync(file, `${JSON.stringify({ ...tasks, waitGraph, keptAlive: instance.keptAlive() })}\n`, { mode: 0o600 })
  say(
    `async-trace: ${counted(tasks.tasks.length, 'task')}, ${counted(waitGraph.cycles.length, 'deadlock')} written to ${printable(file)}`,
  )
}

function say(text: string): void {
  try {
    writeSync(2, `${text}\n`)
  } catch {
    // Nobody reads it.
  }
}
