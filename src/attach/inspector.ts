import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, connect, DEATH_MS, type DevToolsSession } from './devtools-session.js'
import { checkSignalIsCaught, isAlive, nodeFlags, type ProcessFacts } from './process-facts.js'
import { Refusal } from './refusal.js'
import { connectionCount, holdsConnection, listenerOf, listeningSockets, type TcpSocket } from './tcp-table.js'

const DEFAULT_PORT = 9229
const POLL_MS = 20
const SIGNAL_ANSWER_MS = 5_000

/** The inspector of a process, opened for us or found open. */
export interface Inspector {
  readonly session: DevToolsSession
  /** True where another debugger is connected as well. */
  hasOthers(): boolean
  /**
   * Disconnects, and closes the inspector where we opened it.
   *
   * @returns false where it could not be seen to close within a second: a busy process closes it when it is free.
   */
  leave(): Promise<boolean>
}

/**
 * Opens the inspector of a process and connects to it, after making sure that it is that process which answers.
 *
 * @throws {Refusal} that says what is in the way.
 */
export async function openInspector(facts: ProcessFacts, timeoutMs: number): Promise<Inspector> {
  try {
    return await openedInspector(facts, timeoutMs)
  } catch (error) {
    await sleep(DEATH_MS)
    // Whatever did not answer, or was not there any more: that it ended is why.
    throw isAlive(facts.pid) ? error : new Refusal('gone', `process ${facts.pid} went away`)
  }
}

async function openedInspector(facts: ProcessFacts, timeoutMs: number): Promise<Inspector> {
  const found = await findOpen(facts)
  const socket = found ?? (await openBySignal(facts, timeoutMs))
  const connection = await connectTo(facts, socket, timeoutMs)
  const { session } = connection
  const port = socket.localPort
  try {
    await checkIdentity(facts, session)
  } catch (error) {
    connection.close()
    throw error
  }
  return {
    session,
    hasOthers: () => connectionCount(facts.pid, port) > 1,
    async leave() {
      const isOurs = found === null
      if (isOurs) await session.call('Runtime.evaluate', { expression: CLOSE }, 2_000).catch(() => undefined)
      connection.close()
      if (!isOurs) return true
      for (let waited = 0; waited < 1_000; waited += POLL_MS) {
        if (!listeningSockets(facts.pid).some((open) => open.localPort === port)) return true
        await sleep(POLL_MS)
      }
      return false
    },
  }
}

/**
 * From a timer, after we have disconnected: ending the inspector inside a call of its own would wait for that call,
 * and on Node 20 it crashes now and then while conversations with worker threads are open. The timer is set from a
 * microtask: a call can interrupt Node's own code, which has its lists of timers in hand.
 */
const CLOSE = 'Promise.resolve().then(() => setTimeout(() => process._debugEnd(), 200).unref?.()), undefined'

/** The inspector's socket where one is open: by its flags, else at the usual port. */
async function findOpen(facts: ProcessFacts): Promise<TcpSocket | null> {
  const listening = listeningSockets(facts.pid)
  const flagged = inspectFlags(facts)
  for (const socket of listening) {
    const isUsual = socket.localPort === (flagged.port ?? DEFAULT_PORT)
    const isSomewhere = flagged.isOpen && flagged.port === 0
    if ((isUsual || isSomewhere) && (await isInspector(socket))) return socket
  }
  return null
}

function inspectFlags(facts: ProcessFacts): { isOpen: boolean; port: number | null } {
  let isOpen = false
  let port: number | null = null
  for (const flag of nodeFlags(facts)) {
    const match = /^--(inspect(?:-brk|-wait)?|inspect-port|debug-port)(?:=(?:.*:)?(\d+))?$/.exec(flag)
    if (match === null) continue
    isOpen ||= match[1]?.endsWith('-port') !== true
    if (match[2] !== undefined) port = Number(match[2])
  }
  return { isOpen, port }
}

/** Node.js opens its inspector on SIGUSR1. Source: nodejs.org/api/process.html#signal-events */
async function openBySignal(facts: ProcessFacts, timeoutMs: number): Promise<TcpSocket> {
  const { pid } = facts
  const port = inspectFlags(facts).port ?? DEFAULT_PORT
  const endsAt = Date.now() + timeoutMs
  while (Date.now() < endsAt) {
    await untilFree(port, pid, endsAt)
    const before = new Set(listeningSockets(pid).map((socket) => socket.inode))
    checkSignalIsCaught(facts)
    process.kill(pid, 'SIGUSR1')
    const answerBy = Math.min(endsAt, Date.now() + SIGNAL_ANSWER_MS)
    while (Date.now() < answerBy) {
      await sleep(POLL_MS)
      if (!isAlive(pid)) throw new Refusal('gone', `process ${pid} went away`)
      const socket = listeningSockets(pid).find((open) => !before.has(open.inode))
      if (socket !== undefined && (await isInspector(socket))) return socket
      // Another process took the port between our look and the signal: wait for it to be free again.
      const owner = port === 0 ? null : listenerOf(port, pid)
      if (owner !== null && owner !== pid) break
    }
    if (Date.now() >= answerBy) break
  }
  throw new Refusal(
    'blocked',
    `process ${pid} did not open its inspector: it listens to SIGUSR1 itself, its inspector is off, or its main thread is blocked in native code (execSync, a lock)`,
  )
}

/** Waits for the port, which another command may hold for a moment. */
async function untilFree(port: number, pid: number, endsAt: number): Promise<void> {
  if (port === 0) return
  for (;;) {
    const owner = listenerOf(port, pid)
    if (owner === null) return
    if (owner === pid) {
      throw new Refusal(
        'port-taken',
        `process ${pid} itself listens on port ${port}, where its inspector would open: start it with --inspect-port=0 next time`,
      )
    }
    if (Date.now() >= endsAt) {
      const holder = owner === 0 ? 'another user’s process' : `process ${owner}`
      throw new Refusal(
        'port-taken',
        `port ${port}, where the inspector of process ${pid} would open, is held by ${holder}: end that one, or start this one with --inspect-port=0 next time`,
      )
    }
    await sleep(POLL_MS * 2)
  }
}

interface InspectorTarget {
  readonly webSocketDebuggerUrl?: string
}

async function targetsAt(socket: TcpSocket): Promise<readonly InspectorTarget[] | null> {
  try {
    const response = await fetch(`http://${hostOf(socket)}:${socket.localPort}/json/list`, {
      signal: AbortSignal.timeout(2_000),
      headers: { connection: 'close' },
    })
    const targets: unknown = await response.json()
    return Array.isArray(targets) ? (targets as InspectorTarget[]) : null
  } catch {
    return null
  }
}

async function isInspector(socket: TcpSocket): Promise<boolean> {
  return (await targetsAt(socket))?.[0]?.webSocketDebuggerUrl !== undefined
}

function hostOf(socket: TcpSocket): string {
  if (socket.localAddress === '0.0.0.0') return '127.0.0.1'
  if (!socket.localAddress.includes(':')) return socket.localAddress
  return /^[0:]+$/.test(socket.localAddress) ? '[::1]' : `[${socket.localAddress}]`
}

async function connectTo(facts: ProcessFacts, socket: TcpSocket, timeoutMs: number): Promise<Connection> {
  const url = (await targetsAt(socket))?.[0]?.webSocketDebuggerUrl
  if (url === undefined) throw new Refusal('gone', `process ${facts.pid} closed its inspector`)
  const path = new URL(url).pathname
  const connection = await connect(`ws://${hostOf(socket)}:${socket.localPort}${path}`, facts.pid, timeoutMs)
  // Nothing has been evaluated yet: the kernel says who holds the other end.
  for (let waited = 0; !holdsConnection(facts.pid, socket.localPort, connection.ourPort); waited += POLL_MS) {
    if (waited > 500) {
      connection.close()
      throw new Refusal('port-taken', `port ${socket.localPort} was not answered by process ${facts.pid}`)
    }
    await sleep(POLL_MS)
  }
  return connection
}

async function checkIdentity(facts: ProcessFacts, session: DevToolsSession): Promise<void> {
  const answer = await session.call<{ result: { value?: unknown } }>('Runtime.evaluate', {
    expression: 'process.pid',
    returnByValue: true,
  })
  if (answer.result.value !== facts.innerPid && answer.result.value !== facts.pid) {
    throw new Refusal(
      'port-taken',
      `the inspector that answered is of process ${String(answer.result.value)}, not ${facts.pid}`,
    )
  }
}
