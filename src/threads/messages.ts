import { isMainThread, type MessagePort } from 'node:worker_threads'
import { append } from '../engine/lists.js'
import { epochMs } from '../engine/real-clock.js'
import { countFault } from '../record/faults.js'
import type { Origin } from '../record/origin.js'
import { enterMessage, foreignOrigin, leaveScope, takeJob } from '../record/present.js'
import { unsampled } from '../record/sampling.js'
import { type ChannelEnd, endOf, forgetEnd, otherEnd } from './channel-ends.js'
import { encodePath } from './coded-path.js'
import { answerArrived } from './jobs.js'
import { memory } from './memory.js'
import { receivedPath, senderOf } from './outgoing-path.js'
import { mayBeSame, shapeOf } from './payload.js'
import { isSoundTime } from './sound.js'
import { learnPorts, portStates, transferredPorts } from './travelling-ports.js'

/**
 * A path goes beside its message, never in it. A record in shared memory names the message by the sending
 * end of the channel and by its number there; both sides count. It also has the payload's shape. Where
 * anything does not fit, there is no path.
 */
const SHAPE = 0
const KIND = 1
const SENT_AT = 2
const PORTS = 4
/** Bits of the kind. */
const EXECUTOR = 1
const UNSAMPLED = 2

const float = new Float64Array(1)
const halves = new Int32Array(float.buffer)

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
  if (end === undefined) return null
  try {
    const ports = transferredPorts(payload, transfer)
    const body = recordBody(payload, ports)
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
  for (let i = 0; i < ports.length; i++) forgetEnd(ports[i] as MessagePort)
}

function failSending({ end, number }: Sending): void {
  end.sending = -1
  if (number !== -1 && number === end.sent) memory().withdraw(end.id, number)
}

function recordBody(payload: unknown, ports: readonly MessagePort[]): number[] {
  const { kind, path } = senderOf(payload, beginSending)
  float[0] = epochMs()
  const bits = (kind === 'executor' ? EXECUTOR : 0) | (path === null ? UNSAMPLED : 0)
  const body = [shapeOf(payload), bits, halves[0] as number, halves[1] as number]
  append(body, portStates(ports))
  if (path !== null) append(body, encodePath(memory(), path))
  return body
}

/** @returns what `leaveReceived` takes; undefined where nothing is known of the port. */
function enterReceived(port: object, payload: unknown): { readonly outer: Origin | null } | undefined {
  const end = endOf(port)
  if (end === undefined) return undefined
  const { from } = receive(end, payload)
  answerArrived(payload)
  return { outer: enterMessage(from) }
}

function leaveReceived({ outer }: { readonly outer: Origin | null }): void {
  leaveScope(outer)
}

/** A message was taken from a port by the program itself. Only a pool's worker begins a job so. */
function takeReceived(port: object, payload: unknown): void {
  const end = endOf(port)
  if (end === undefined) return
  const { from, isJob } = receive(end, payload)
  if (!isMainThread && isJob) takeJob(from)
}

/** Whether a message was taken is not known: from here on, the count is not to be trusted. */
function failReceived(port: object): void {
  forgetEnd(port)
}

function receive(end: ChannelEnd, payload: unknown): { from: Origin; isJob: boolean } {
  try {
    const record = memory().take(otherEnd(end.id), end.received++)
    if (record !== null && record.length > PORTS && mayBeSame(record[SHAPE] as number, shapeOf(payload))) {
      const afterPorts = learnPorts(record, PORTS, payload)
      const bits = record[KIND] as number
      const isJob = (bits & EXECUTOR) !== 0
      if ((bits & UNSAMPLED) !== 0) return { from: unsampled, isJob }
      halves[0] = record[SENT_AT] as number
      halves[1] = record[SENT_AT + 1] as number
      const path = receivedPath(record, afterPorts)
      if (!isSoundTime(float[0])) throw new Error('a message was sent at no time')
      return { from: foreignOrigin(path, isJob ? 'executor' : 'worker', float[0] as number), isJob }
    }
    memory().countDropped()
  } catch (error) {
    countFault(error)
  }
  return { from: foreignOrigin(null, 'worker', epochMs()), isJob: false }
}

/** What the patch of ports tells. */
export const messages = {
  beginSending,
  endSending,
  failSending,
  enterReceived,
  leaveReceived,
  takeReceived,
  failReceived,
}
