import type { MessagePort } from 'node:worker_threads'
import { append } from '../engine/lists.js'
import { isProxy } from '../engine/node-primordials.js'
import { ownValue } from '../engine/own-value.js'
import { isArray } from '../engine/primordials.js'
import { countFault } from '../record/faults.js'
import { addEnd, endOf, otherEnd } from './channel-ends.js'
import { memory } from './memory.js'
import { portsWithin } from './payload.js'

/** Numbers for each port: its end of the channel, messages sent, messages received. */
const PORT_SIZE = 3

/** How many ports, and their counts. */
export function portStates(ports: readonly MessagePort[]): number[] {
  const states = [ports.length]
  for (let i = 0; i < ports.length; i++) {
    const { id, sent, received } = endOf(ports[i] as MessagePort) ?? { id: -1, sent: 0, received: 0 }
    append(states, [id, sent, received])
  }
  return states
}

/** Ports that came along go on with the counts of their former owner. @returns where the states end. */
export function learnPorts(states: ArrayLike<number>, from: number, payload: unknown): number {
  const count = states[from] as number
  const ports = count > 0 ? portsWithin(payload) : null
  if (ports?.length === count) {
    for (let i = 0; i < count; i++) {
      const at = from + 1 + i * PORT_SIZE
      if (states[at] !== -1) addEnd(ports[i] as MessagePort, states[at] as number, states[at + 1], states[at + 2])
    }
  }
  return from + 1 + count * PORT_SIZE
}

/** The ports that a message takes along, in the order of its payload. */
export function transferredPorts(payload: unknown, transfer: unknown): MessagePort[] {
  return isPortTransferred(transfer) ? (portsWithin(payload) ?? []) : []
}

/** Only a plain array is looked at, and no getter asked: to go through a list twice could be noticed. */
function isPortTransferred(transfer: unknown): boolean {
  if (isProxy(transfer)) return false
  const list = isArray(transfer) ? transfer : ownValue(transfer, 'transfer')
  if (isProxy(list) || !isArray(list)) return false
  for (let i = 0; i < list.length; i++) {
    const item = ownValue(list, i)
    if (typeof item === 'object' && item !== null && endOf(item) !== undefined) return true
  }
  return false
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
