/** The way a path takes beside its message, without the path being captured: the same record every time. */
import { isMainThread } from 'node:worker_threads'
import { patchMessagePort } from '../dist/patches/message-port.js'
import { mayBeSame, shapeOf } from '../dist/threads/payload.js'
import { SharedMemory } from '../dist/threads/shared-memory.js'

/** As long as the record of a path of twenty frames. */
const PATH = Array.from({ length: 86 }, (_, i) => i)
const OWN_END = isMainThread ? 2 : 3

/** @param port the only port whose messages go with a record. @returns what the other thread takes. */
export function watchPort(port, buffer) {
  const memory = new SharedMemory(buffer)
  let sent = 0
  let received = 0
  const receive = (payload) => {
    const record = memory.take(OWN_END ^ 1, received++)
    if (record === null || !mayBeSame(record[0], shapeOf(payload))) throw new Error('A record was lost.')
    return record
  }
  const listener = {
    beginSending: (target, payload) => {
      if (target !== port) return null
      memory.write(OWN_END, sent, [shapeOf(payload), ...PATH])
      return true
    },
    endSending: () => {
      sent++
    },
    failSending: () => {},
    enterReceived: (target, payload) => (target === port ? receive(payload) : undefined),
    leaveReceived: () => {},
    takeReceived: () => {},
    failReceived: () => {},
  }
  patchMessagePort(() => true, listener)
  return memory.buffer
}
