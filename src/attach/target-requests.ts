import { readLastDispatchedIn } from '../engine/dispatch-reading.js'
import type { HeapMessage } from '../heap/http-messages.js'
import type { Frame } from '../model/frame.js'
import type { HeapCapture } from './heap-capture.js'
import { requestNexts } from './in-target.js'
import { readRemotely } from './remote-debugger.js'
import type { Target } from './target.js'
import type { TargetScripts } from './target-scripts.js'

/** Of more requests it is not looked up which function ran last. */
const MOST_LOOKED_UP = 500

/** The functions that ran last for HTTP requests, as far as their routers tell. */
export async function lastFunctions(
  target: Target,
  { held, handleIndices }: HeapCapture,
  messages: readonly HeapMessage[],
  scripts: TargetScripts,
): Promise<ReadonlyMap<HeapMessage, Frame>> {
  const found = new Map<HeapMessage, Frame>()
  const asked = messages
    .filter(({ facts, socket }) => facts.side === 'server' && handleIndices.has(socket))
    .slice(0, MOST_LOOKED_UP)
  if (asked.length === 0) return found
  const indices = asked.map(({ socket }) => handleIndices.get(socket))
  const nexts = await target.callForHandle(held, requestNexts, indices)
  const places = await readRemotely(target.session, readLastDispatchedIn(nexts, asked.length))
  await scripts.read(target, new Set(places.flatMap((place) => place?.scriptId ?? [])))
  for (const [i, place] of places.entries()) {
    const message = asked[i]
    if (place === null || message === undefined) continue
    const frame = scripts.frameAt(place.name, place.scriptId, place.line, place.column)
    if (frame !== null) found.set(message, Object.freeze(frame))
  }
  return found
}
