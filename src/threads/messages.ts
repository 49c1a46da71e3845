import { types } from 'node:util'
import { isMainThread, MessagePort } from 'node:worker_threads'
import type { ForeignOrigin } from '../record/foreign.js'
import type { Origin } from '../record/origin.js'
import { countFault, enterMessage, foreignOrigin, leaveScope, takeJob } from '../record/recorder.js'
import { pathOfOrigin, pathOfPresent, type WalkedPath } from '../walk/creation-path.js'
import { countPoolFrames } from '../walk/pool-frames.js'
import { taskOf } from '../walk/tasks.js'
import { addEnd, type ChannelEnd, endOf, forgetEnd, otherEnd } from './channel-ends.js'
import { mayBeSame, portsWithin, shapeOf } from './payload.js'
import { SharedMemory } from './shared-memory.js'
import {
  decodePath,
  encodePath,
  foreignPath,
  type SharedPath,
  sharedPath,
  unknownPath,
  withCreatedTask,
} from './shared-path.js'

/**
 * A path goes beside its message, never in it. A record in shared memory names the message by the sending
 * end of the channel and by its number there; both sides count. It also has the payload's shape. Where
 * anything does not fit, there is no path.
 */
let sharedMemory: SharedMemory | null = null

/** Made when it is first needed, unless this thread was given that of the process. */
export function memory(): SharedMemory {
  sharedMemory ??= new SharedMemory()
  return sharedMemory
}

export function adoptMemory(buffer: SharedArrayBuffer): void {
  sharedMemory = new SharedMemory(buffer)
}

const SHAPE = 0
const KIND = 1
const POSTED_AT = 2
const PORTS = 4
const EXECUTOR = 1
const PORT_SIZE = 3

const float = new Float64Array(1)
const halves = new Int32Array(float.buffer)

/** A job that a pool is about to post, and where the pool was given it. */
interface Job {
  readonly origin: Origin | null
  isOf(payload: unknown): boolean
}
let nextJob: Job | null = null

let jobs = new WeakMap<object, Job>()

/** The next message is this job's, if it looks like it. */
export function jobIsNext(next: Job | null): void {
  nextJob = next
}

/** This very object will be posted for a job. */
export function jobIsQueued(payload: object, queued: Job): void {
  jobs.set(payload, queued)
}

let findJob: (payload: object, hidden: (...args: never[]) => unknown) => Job | undefined = () => undefined

/** @param finder tells a job by its message. */
export function findJobsBy(finder: typeof findJob): void {
  findJob = finder
}

export function forgetJobs(): void {
  nextJob = null
  jobs = new WeakMap()
}

/** A message that is being sent. */
interface Sending {
  readonly end: ChannelEnd
  readonly number: number
  readonly body: readonly number[]
  readonly ports: readonly MessagePort[]
}

/** @returns null where nothing is known of the port. */
function beginSending(port: object, payload: unknown, transfer: unknown): Sending | null {
  const end = endOf(port)
  const job = takeJobOf(payload, beginSending)
  if (end === undefined) return null
  try {
    const ports = transferredPorts(payload, transfer)
    const body = recordBody(payload, ports, job)
    // The message that encloses this one, by a getter in its payload, will come after it.
    if (end.sending !== -1) memory().withdraw(end.id, end.sending)
    const number = end.sent
    end.sending = number
    memory().write(end.id, number, body)
    return { end, number, body, ports }
  } catch (error) {
    countFault(error)
    return { end, number: -1, body: [], ports: [] }
  }
}

function endSending({ end, number, body, ports }: Sending): void {
  const actual = end.sent++
  end.sending = -1
  if (number !== actual && number !== -1) memory().write(end.id, actual, body)
  for (const port of ports) forgetEnd(port)
}

function failSending({ end, number }: Sending): void {
  end.sending = -1
  if (number !== -1 && number === end.sent) memory().withdraw(end.id, number)
}

/** The job that a message is of, if it is one's: asked once for each message. */
function takeJobOf(payload: unknown, hidden: (...args: never[]) => unknown): Job | null {
  const next = nextJob
  nextJob = null
  if (typeof payload !== 'object' || payload === null || types.isProxy(payload)) return null
  const job = next ?? jobs.get(payload) ?? findJob(payload, hidden)
  return job?.isOf(payload) === true ? job : null
}

/** The path that goes with a message. */
export function pathOfMessage(
  payload: unknown,
  hidden: (...args: never[]) => unknown,
): { kind: 'executor' | 'worker'; path: SharedPath } {
  const job = takeJobOf(payload, hidden)
  return job === null ? { kind: 'worker', path: presentPath(hidden) } : { kind: 'executor', path: jobPath(job) }
}

function recordBody(payload: unknown, ports: readonly MessagePort[], job: Job | null): number[] {
  float[0] = performance.timeOrigin + performance.now()
  const body = [shapeOf(payload), job === null ? 0 : EXECUTOR, halves[0] as number, halves[1] as number]
  body.push(...portStates(ports))
  const path = job === null ? presentPath(beginSending) : jobPath(job)
  for (const number of encodePath(memory(), path)) body.push(number)
  return body
}

/** How many ports, and their counts. */
export function portStates(ports: readonly MessagePort[]): number[] {
  const states = [ports.length]
  for (const port of ports) {
    const { id, sent, received } = endOf(port) ?? { id: -1, sent: 0, received: 0 }
    states.push(id, sent, received)
  }
  return states
}

/** The path of the code that runs now, across threads. */
export function presentPath(hidden: (...args: never[]) => unknown): SharedPath {
  return toShared(pathOfPresent(hidden), 0, 'worker')
}

function jobPath({ origin }: Job): SharedPath {
  if (origin === null) return unknownPath(memory())
  const walked = pathOfOrigin(origin)
  return toShared(walked, countPoolFrames(walked.steps), 'executor')
}

function toShared({ steps, from }: WalkedPath, skip: number, kind: 'executor' | 'worker'): SharedPath {
  return sharedPath(memory(), skip === 0 ? steps : steps.slice(skip), kind, from === null ? null : pathBefore(from))
}

function pathBefore(from: ForeignOrigin): SharedPath | null {
  const { path } = from
  if (!(path instanceof ReceivedPath)) return null
  return withCreatedTask(path.shared, from.kind as 'executor' | 'worker', taskOf(from, null))
}

/** As it was received; it is decoded when somebody asks. */
export class ReceivedPath {
  readonly #decode: () => SharedPath
  #shared: SharedPath | null = null

  constructor(decode: () => SharedPath) {
    this.#decode = decode
  }

  get shared(): SharedPath {
    this.#shared ??= this.#decode()
    return this.#shared
  }

  read() {
    return foreignPath(memory(), this.shared)
  }
}

/** @param numbers as `encodePath` made them. */
export function receivedPath(numbers: ArrayLike<number>, from: number): ReceivedPath {
  return new ReceivedPath(() => decodePath(memory(), numbers, from))
}

/** @returns what `leaveReceived` takes; undefined where nothing is known of the port. */
function enterReceived(port: object, payload: unknown): { readonly outer: Origin | null } | undefined {
  const end = endOf(port)
  if (end === undefined) return undefined
  return { outer: enterMessage(receive(end, payload)) }
}

function leaveReceived({ outer }: { readonly outer: Origin | null }): void {
  leaveScope(outer)
}

/** A message was taken from a port by the program itself. Only a pool's worker begins a job so. */
function takeReceived(port: object, payload: unknown): void {
  const end = endOf(port)
  if (end === undefined) return
  const from = receive(end, payload)
  if (!isMainThread && from.kind === 'executor') takeJob(from)
}

function receive(end: ChannelEnd, payload: unknown): Origin {
  try {
    const record = memory().take(otherEnd(end.id), end.received++)
    if (record !== null && mayBeSame(record[SHAPE] as number, shapeOf(payload))) {
      const afterPorts = learnPorts(record, PORTS, payload)
      halves[0] = record[POSTED_AT] as number
      halves[1] = record[POSTED_AT + 1] as number
      const kind = record[KIND] === EXECUTOR ? 'executor' : 'worker'
      return foreignOrigin(receivedPath(record, afterPorts), kind, float[0] as number)
    }
    memory().countDropped()
  } catch (error) {
    countFault(error)
  }
  return foreignOrigin(null, 'worker', performance.timeOrigin + performance.now())
}

/** Ports that came along go on with the counts of their former owner. @returns where the states end. */
export function learnPorts(states: ArrayLike<number>, from: number, payload: unknown): number {
  const count = states[from] as number
  const ports = count > 0 ? portsWithin(payload) : null
  if (ports?.length === count) {
    ports.forEach((port, i) => {
      const at = from + 1 + i * PORT_SIZE
      if (states[at] !== -1) addEnd(port, states[at] as number, states[at + 1], states[at + 2])
    })
  }
  return from + 1 + count * PORT_SIZE
}

/** The ports that a message takes along, in the order of its payload. */
export function transferredPorts(payload: unknown, transfer: unknown): MessagePort[] {
  const list = listOf(transfer)
  if (list === null || !list.some((item) => item instanceof MessagePort && endOf(item) !== undefined)) return []
  return portsWithin(payload) ?? []
}

/** Only a plain array is looked at: to go through any other iterable twice could be noticed. */
function listOf(transfer: unknown): readonly unknown[] | null {
  if (Array.isArray(transfer)) return transfer
  if (typeof transfer !== 'object' || transfer === null) return null
  const list: unknown = Object.getOwnPropertyDescriptor(transfer, 'transfer')?.value
  return Array.isArray(list) ? list : null
}

/** A new channel, both ends of it in this thread. */
export function addChannel(a: MessagePort, b: MessagePort): void {
  try {
    const id = memory().nextChannel() * 2
    addEnd(a, id)
    addEnd(b, otherEnd(id))
  } catch (error) {
    countFault(error)
  }
}

/** What the patch of ports tells. */
export const messages = { beginSending, endSending, failSending, enterReceived, leaveReceived, takeReceived }
