import type { MessagePort } from 'node:worker_threads'
import { OwnWeakMap } from '../engine/primordials.js'

/** What is known of one end of a channel. It goes along when the port is transferred. */
export interface ChannelEnd {
  /** The channel's number, twice, plus 0 or 1 for its two ends. */
  readonly id: number
  /** Messages sent from here, and received here. */
  sent: number
  received: number
  /** The number of the message that is being sent: a payload's getter may send another meanwhile. */
  sending: number
}

let ends = new OwnWeakMap<object, ChannelEnd>()

export function endOf(port: object): ChannelEnd | undefined {
  return ends.get(port)
}

export function addEnd(port: MessagePort, id: number, sent = 0, received = 0): void {
  ends.set(port, { id, sent, received, sending: -1 })
}

/** The port was transferred, or its count was lost. */
export function forgetEnd(port: object): void {
  ends.delete(port)
}

/** No port is known any more: while tracing is off, nobody counts. */
export function forgetEnds(): void {
  ends = new OwnWeakMap()
}

export function otherEnd(id: number): number {
  return id ^ 1
}
