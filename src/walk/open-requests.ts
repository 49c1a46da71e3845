import { ActiveResources } from '../engine/active-resources.js'
import type { FunctionPlace } from '../engine/inspected-places.js'
import { lastDispatched } from '../engine/live-objects.js'
import { openHttp2Requests } from '../engine/open-http2.js'
import { type OpenMessage, openMessages } from '../engine/open-messages.js'
import { openUndiciRequests } from '../engine/open-undici.js'
import { runningScript } from '../engine/own-scripts.js'
import { ownValue } from '../engine/own-value.js'
import { placeInSource } from '../engine/source-maps.js'
import { nameByCode } from '../heap/method-names.js'
import { askingRequests } from '../model/asking-requests.js'
import type { Frame } from '../model/frame.js'
import type { OpenRequest } from '../model/open-request.js'
import { openRequest } from '../model/request-facts.js'
import { countFault } from '../record/faults.js'
import { requestAgeMs } from '../record/request-times.js'

/** Of more requests it is not looked up which function ran last. */
const MOST_LOOKED_UP = 500

/** The HTTP requests of this thread without a complete answer. None of the program's code runs. */
export function openRequests(threadId: number): readonly OpenRequest[] {
  try {
    const active = new ActiveResources().objects
    const all = [...openMessages(active), ...openHttp2Requests(active), ...openUndiciRequests(active)]
    const messages = all.filter(({ incoming }) => {
      return incoming === null || !askingRequests.has(incoming)
    })
    const lastIn = lastFunctionsOf(messages)
    return messages.map((message, i) => {
      const { facts, message: own, incoming } = message
      const ageMs = requestAgeMs((facts.side === 'server' ? incoming : own) ?? own)
      return openRequest(facts, { ageMs, lastIn: lastIn[i] ?? null, nodeIds: [], threadId })
    })
  } catch (error) {
    // The graph is an answer without them.
    countFault(error)
    return []
  }
}

function lastFunctionsOf(messages: readonly OpenMessage[]): (Frame | null)[] {
  const nexts = messages.map(({ facts, incoming }) => {
    const next = facts.side === 'server' ? ownValue(incoming, 'next') : undefined
    return typeof next === 'function' ? next : null
  })
  const asked = nexts.filter((next) => next !== null).slice(0, MOST_LOOKED_UP)
  const places = lastDispatched(asked)
  const placeOf = new Map(asked.map((next, i) => [next, places[i] ?? null]))
  return nexts.map((next) => {
    const place = next === null ? null : (placeOf.get(next) ?? null)
    return place === null ? null : frameOf(place)
  })
}

function frameOf({ name, script, scriptHash, line, column }: FunctionPlace): Frame {
  const running = runningScript(script, scriptHash)
  const { file, ...place } = placeInSource(running, line, column)
  return Object.freeze({ name: nameByCode(name, running, { line, column }), filename: file, ...place })
}
