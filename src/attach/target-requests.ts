import { readLastDispatchedIn } from '../engine/dispatch-reading.js'
import { readMessageNumbers } from '../engine/read-messages.js'
import type { HeapMessage } from '../heap/http-messages.js'
import type { Frame } from '../model/frame.js'
import { type MessageNumbers, NO_NUMBERS } from '../model/request-facts.js'
import type { ToldOfMessage } from '../waits/heap-requests.js'
import type { HeapCapture } from './heap-capture.js'
import { activeHandles, requestNexts } from './in-target.js'
import { byHandle, type Target } from './target.js'
import type { TargetScripts } from './target-scripts.js'

/** Of more requests it is not looked up which function ran last. */
const MOST_LOOKED_UP = 500

/** What the process itself tells of HTTP requests that its heap shows. */
export async function toldOfMessages(
  target: Target,
  capture: HeapCapture,
  messages: readonly HeapMessage[],
  scripts: TargetScripts,
): Promise<(message: HeapMessage) => ToldOfMessage> {
  const lastIn = await lastFunctions(target, capture, messages, scripts)
  const numbers = await numbersOf(target, capture, messages)
  return (message) => ({ lastIn: lastIn.get(message) ?? null, numbers: numbers.get(message) ?? NO_NUMBERS })
}

async function numbersOf(
  target: Target,
  { held, handleIndices }: HeapCapture,
  messages: readonly HeapMessage[],
): Promise<ReadonlyMap<HeapMessage, MessageNumbers>> {
  const asked = messages.filter(({ socket }) => handleIndices.has(socket))
  if (asked.length === 0) return new Map()
  const indices = asked.map(({ socket }) => handleIndices.get(socket))
  const sockets = await target.callForHandle(held, activeHandles, indices)
  const read = await target.callForValue<MessageNumbers[]>(sockets, readMessageNumbers, byHandle(sockets))
  return new Map(asked.map((message, i) => [message, read[i] ?? NO_NUMBERS]))
}

/** The functions that ran last for HTTP requests, as far as their routers tell. */
async function lastFunctions(
  target: Target,
  { held, handleIndices }: HeapCapture,
  messages: readonly HeapMessage[],
  scripts: TargetScripts,
): Promise<ReadonlyMap<HeapMessage, Frame>> {
  const found = new Map<HeapMessage, Frame>()
  const asked = messages
    .filter(({ side, socket }) => side === 'server' && handleIndices.has(socket))
    .slice(0, MOST_LOOKED_UP)
  if (asked.length === 0) return found
  const indices = asked.map(({ socket }) => handleIndices.get(socket))
  const nexts = await target.callForHandle(held, requestNexts, indices)
  const places = await target.read(readLastDispatchedIn(nexts, asked.length))
  await scripts.read(target, new Set(places.flatMap((place) => place?.scriptId ?? [])))
  for (const [i, place] of places.entries()) {
    const message = asked[i]
    if (place === null || message === undefined) continue
    const frame = scripts.definitionAt(place)
    if (frame !== null) found.set(message, Object.freeze(frame))
  }
  return found
}
