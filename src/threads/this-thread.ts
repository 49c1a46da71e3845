import { getEnvironmentData, parentPort, setEnvironmentData, workerData } from 'node:worker_threads'
import { ROOT } from '../record/origin.js'
import { foreignOrigin } from '../record/present.js'
import { nameTask } from '../walk/tasks.js'
import { addEnd } from './channel-ends.js'
import { inheritCode } from './compiled-code.js'
import { adoptMemory } from './memory.js'
import { receivedPath } from './outgoing-path.js'
import { learnPorts } from './travelling-ports.js'
import { startPreloaded } from './worker-options.js'
import { THREAD_START, type ThreadStart } from './worker-start.js'

/**
 * In a worker, before the program's first line: takes what the thread that made it handed over, and removes
 * what of that could be seen.
 *
 * @returns what `joinThreads` takes; null where the worker was not made by a traced thread.
 */
export function takeThreadStart(): ThreadStart | null {
  const start = getEnvironmentData(THREAD_START) as unknown as ThreadStart | undefined
  if (start === undefined) return null
  setEnvironmentData(THREAD_START, undefined as never)
  const { execArgv, movedFlags, env } = start.shown
  if (execArgv === null) process.execArgv.splice(0, movedFlags)
  else process.execArgv.splice(0, process.execArgv.length, ...execArgv)
  restoreVariables(env)
  startPreloaded()
  return start
}

function restoreVariables(env: Readonly<Record<string, string | undefined>> | null): void {
  for (const [name, value] of Object.entries(env ?? {})) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}

/** Once tracing is on: the ports that this thread began with are known, and where it was made. */
export function joinThreads(start: ThreadStart): void {
  adoptMemory(start.buffer)
  inheritCode(start.code)
  ROOT.parent = foreignOrigin(receivedPath(start.path, 0), 'worker', start.createdAtMs)
  if (start.name !== null) nameTask(null, start.name)
  if (parentPort !== null) addEnd(parentPort, start.end)
  learnPorts(start.ports, 0, workerData)
}
