import { setTimeout as sleep } from 'node:timers/promises'
import type { ListeningSocket } from '../operating-system/operating-system.js'
import { operatingSystem } from '../operating-system/present-system.js'
import { Turn } from './asking-turn.js'
import {
  type Connection,
  connect,
  DEATH_MS,
  type DevToolsSession,
  inspectorOf,
  listedTarget,
} from './devtools-session.js'
import { guardInspector, leaveInspector, type OwnConnection } from './guard-in-target.js'
import { processId } from './in-target.js'
import { loopStateOf } from './main-loop.js'
import { checkNodeVersion } from './node-version.js'
import { openedMark } from './opened-mark.js'
import { checkSignalIsCaught, isAlive, nodeFlags, type ProcessFacts } from './process-facts.js'
import { Refusal } from './refusal.js'
import { Standby } from './standby.js'
import { byHandle, GET_BUILTIN, Target } from './target.js'

const DEFAULT_PORT = 9229
const POLL_MS = 20
const SIGNAL_ANSWER_MS = 5_000
const LIST_MS = 5_000

/** The inspector of a process, opened for us or found open. */
export interface Inspector {
  readonly session: DevToolsSession
  /** Without a `v`. */
  readonly nodeVersion: string
  /** True where another debugger is connected as well. */
  hasOthers(): boolean
  /**
   * Disconnects, and closes the inspector where we opened it.
   *
   * @returns false where it could not be seen to close within a second: a busy process closes it when it is free.
   */
  leave(): Promise<boolean>
}

/** How long an answer is waited for. */
export interface Patience {
  readonly timeoutMs: number
  /** Also for a main thread that is blocked in native code. */
  readonly waitsForBlocked: boolean
}

/**
 * Opens the inspector of a process and connects to it, after making sure that it is that process which answers.
 *
 * @throws {Refusal} that says what is in the way.
 */
export async function openInspector(facts: ProcessFacts, patience: Patience): Promise<Inspector> {
  try {
    return await openedInspector(facts, patience)
  } catch (error) {
    await sleep(DEATH_MS)
    // Whatever did not answer, or was not there any more: that it ended is why.
    throw isAlive(facts.pid) ? error : new Refusal('gone', `process ${facts.pid} went away`)
  }
}

async function openedInspector(facts: ProcessFacts, patience: Patience): Promise<Inspector> {
  const found = await findOpen(facts)
  if (found !== null) {
    try {
      return await entered(facts, found, openedMark(facts).isOpenedSince(found), patience)
    } catch (error) {
      // Another command had had it opened, and it was closed after that one: it is to be opened again.
      const isBlocked = error instanceof Refusal && error.reason === 'in-native-code'
      if (isBlocked || !(await closes(facts, found.localPort))) throw error
    }
  }
  // It would open its inspector at some time, and might never come to close it.
  if (!patience.waitsForBlocked && (await loopStateOf(facts.pid)) === 'blocked') throw inNativeCode(facts)
  const standby = new Standby(facts)
  const listening = operatingSystem().listeningSockets(facts.pid)
  const beforeSignal = () => {
    standby.begin()
    openedMark(facts).opening(listening)
  }
  try {
    const socket = await openBySignal(facts, listening, patience.timeoutMs, beforeSignal)
    const inspector = await entered(facts, socket, true, patience)
    standby.dismiss()
    return inspector
  } catch (error) {
    standby.leaveIt()
    throw error
  }
}

/**
 * Closes the inspector that a command of ours had opened before it ended.
 *
 * @returns false if it is not open yet.
 */
export async function closeLeftOpen(facts: ProcessFacts): Promise<boolean> {
  if (!openedMark(facts).isOpening) return true
  const socket = await findOpen(facts)
  if (socket === null) return false
  if (!openedMark(facts).isOpenedSince(socket)) {
    // It was open before, and answered too late for the command to see.
    openedMark(facts).remove()
    return true
  }
  const turn = new Turn(facts.pid, CLOSING_MS, () => {})
  await turn.take()
  try {
    const inspector = openedMark(facts).isOpening ? await entered(facts, socket, true, CLOSING) : null
    await inspector?.leave()
    return true
  } finally {
    turn.end()
  }
}

const CLOSING_MS = 30_000
const CLOSING: Patience = { timeoutMs: CLOSING_MS, waitsForBlocked: true }

/** @param isLeft nothing in the process closes its inspector yet, which one of our commands had opened. */
async function entered(
  facts: ProcessFacts,
  socket: ListeningSocket,
  isLeft: boolean,
  { timeoutMs, waitsForBlocked }: Patience,
): Promise<Inspector> {
  const { connection, own } = await connectTo(facts, socket, timeoutMs)
  const { session } = connection
  const port = socket.localPort
  const hasOthers = () => operatingSystem().connectionCount(facts.pid, port) > 1
  try {
    const target = new Target(session)
    const first = target.handleOf(GET_BUILTIN)
    const getBuiltin = await (waitsForBlocked ? first : answerUnlessBlocked(facts, first))
    checkIdentity(facts, await target.runForValue<number>(getBuiltin, processId))
    // A person's debugger that has come to the open inspector keeps it.
    const isOpener = isLeft && !(await stays(hasOthers))
    const isOurs = await target.callForValue<boolean>(getBuiltin, guardInspector, byHandle(getBuiltin), own, isOpener)
    if (isOurs) openedMark(facts).opened(port)
    else openedMark(facts).remove()
    // From here on the process closes its inspector by itself.
    const nodeVersion = await checkNodeVersion(target, getBuiltin)
    return {
      session,
      nodeVersion,
      hasOthers,
      async leave() {
        const others = isOurs ? await left(target, own) : 1
        connection.close()
        if (others > 0) return true
        openedMark(facts).remove()
        return closes(facts, port)
      },
    }
  } catch (error) {
    connection.close()
    throw error
  }
}

/**
 * A thread that runs JavaScript is interrupted by the question, and one that has nothing to do is woken by it: if nothing runs in the
 * process although it was asked, its main thread waits in native code.
 */
async function answerUnlessBlocked<T>({ pid }: ProcessFacts, answer: Promise<T>): Promise<T> {
  let hasAnswered = false
  const told = answer.finally(() => {
    hasAnswered = true
  })
  told.catch(() => undefined)
  for (let before = ''; ; ) {
    await Promise.race([told, sleep(REST_MS)]).catch(() => undefined)
    const now = hasAnswered ? null : operatingSystem().activityOf(pid)
    if (now === null) return told
    if (now.text === before && !now.isRunning) throw inNativeCode({ pid })
    before = now.text
  }
}

function inNativeCode({ pid }: Pick<ProcessFacts, 'pid'>): Refusal {
  return new Refusal('in-native-code', `the main thread of process ${pid} is blocked in native code (execSync, a lock)`)
}

const REST_MS = 500

/** Whether the process stops listening on a port, within a second. */
async function closes(facts: ProcessFacts, port: number): Promise<boolean> {
  for (let waited = 0; waited < 1_000; waited += POLL_MS) {
    if (
      !operatingSystem()
        .listeningSockets(facts.pid)
        .some((open) => open.localPort === port)
    )
      return true
    await sleep(POLL_MS)
  }
  return false
}

/** @returns how many other commands still use the inspector; none if it does not answer, and closes it by itself. */
function left(target: Target, own: OwnConnection): Promise<number> {
  const leaving = async () => {
    const getBuiltin = await target.handleOf(GET_BUILTIN)
    return target.callForValue<number>(getBuiltin, leaveInspector, byHandle(getBuiltin), own)
  }
  return Promise.race([leaving().catch(() => 0), sleep(LEAVE_MS, 0, { ref: false })])
}

const LEAVE_MS = 2_000

/** Whether that is so for a while: the connection of a question over HTTP ends a moment after its answer. */
async function stays(isSo: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < 500; waited += POLL_MS) {
    if (!isSo()) return false
    await sleep(POLL_MS)
  }
  return true
}

/**
 * The inspector's socket if one is open: by its flags, at the usual port, or where a command of ours had it opened. With
 * `--inspect=0` it is the first port that the process opened: the program's own servers are not to be connected to.
 */
async function findOpen(facts: ProcessFacts): Promise<ListeningSocket | null> {
  const listening = operatingSystem().listeningSockets(facts.pid)
  const flagged = inspectFlags(facts)
  const mark = openedMark(facts)
  const usual = [flagged.port ?? DEFAULT_PORT, mark.port]
  for (const socket of listening) {
    const isUsual = usual.includes(socket.localPort)
    const isSomewhere = flagged.port === 0 && (flagged.isOpen || mark.isOpenedSince(socket))
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

/**
 * Node.js opens its inspector on SIGUSR1. Source: nodejs.org/api/process.html#signal-events
 *
 * @param listening the sockets on which it listens so far: none of them is the one that the signal opens.
 */
async function openBySignal(
  facts: ProcessFacts,
  listening: readonly ListeningSocket[],
  timeoutMs: number,
  beforeSignal: () => void,
): Promise<ListeningSocket> {
  const { pid } = facts
  const port = inspectFlags(facts).port ?? DEFAULT_PORT
  const endsAt = Date.now() + timeoutMs
  const before = new Set(listening.map(({ id }) => id))
  while (Date.now() < endsAt) {
    await untilFree(port, pid, endsAt)
    checkSignalIsCaught(facts)
    beforeSignal()
    operatingSystem().openInspector(pid)
    const answerBy = Math.min(endsAt, Date.now() + SIGNAL_ANSWER_MS)
    while (Date.now() < answerBy) {
      await sleep(POLL_MS)
      if (!isAlive(pid)) throw new Refusal('gone', `process ${pid} went away`)
      const socket = operatingSystem()
        .listeningSockets(pid)
        .find((open) => !before.has(open.id))
      if (socket !== undefined && (await isInspector(socket))) return socket
      // Another process took the port between our look and the signal: wait for it to be free again.
      const owner = port === 0 ? null : await operatingSystem().listenerOf(port, pid)
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
    const owner = await operatingSystem().listenerOf(port, pid)
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
        `port ${port}, where the inspector of process ${pid} would open, is held by ${holder}: stop that process, or start this one with --inspect-port=0 next time`,
      )
    }
    await sleep(POLL_MS * 2)
  }
}

/** The path of the inspector's WebSocket; null if it is no inspector's socket. */
async function pathOf(socket: ListeningSocket): Promise<string | null> {
  const id = await listedTarget(`${hostOf(socket)}:${socket.localPort}`, LIST_MS).catch(() => null)
  return id === null ? null : `/${id}`
}

async function isInspector(socket: ListeningSocket): Promise<boolean> {
  return (await pathOf(socket)) !== null
}

function hostOf(socket: ListeningSocket): string {
  if (socket.localAddress === '0.0.0.0') return '127.0.0.1'
  if (!socket.localAddress.includes(':')) return socket.localAddress
  return /^[0:]+$/.test(socket.localAddress) ? '[::1]' : `[${socket.localAddress}]`
}

async function connectTo(
  facts: ProcessFacts,
  socket: ListeningSocket,
  timeoutMs: number,
): Promise<{ connection: Connection; own: OwnConnection }> {
  const path = await pathOf(socket)
  if (path === null) throw new Refusal('gone', `process ${facts.pid} closed its inspector`)
  const connection = await connect(
    `ws://${hostOf(socket)}:${socket.localPort}${path}`,
    inspectorOf(facts.pid),
    timeoutMs,
  )
  // Nothing has been evaluated yet: the kernel says who holds the other end.
  for (let waited = 0; waited <= 500; waited += POLL_MS) {
    const end = operatingSystem().otherEnd(facts.pid, socket.localPort, connection.ourPort)
    if (end !== null)
      return {
        connection,
        own: { ...end, key: `${end.link ?? process.pid}:${connection.ourPort}`, commandPid: process.pid },
      }
    await sleep(POLL_MS)
  }
  connection.close()
  throw new Refusal('port-taken', `port ${socket.localPort} was not answered by process ${facts.pid}`)
}

function checkIdentity(facts: ProcessFacts, answered: number): void {
  if (answered === facts.innerPid || answered === facts.pid) return
  throw new Refusal('port-taken', `the inspector that answered is of process ${answered}, not ${facts.pid}`)
}
