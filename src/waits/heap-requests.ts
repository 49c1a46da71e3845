import { type HeapView, NONE } from '../heap/heap-view.js'
import { heldBy } from '../heap/held-messages.js'
import type { HeapMessage } from '../heap/http-messages.js'
import type { Frame } from '../model/frame.js'
import { addTo } from '../model/lists-by-key.js'
import { type MessageNumbers, openRequest } from '../model/request-facts.js'
import type { WaitGraph } from '../model/wait-graph.js'
import type { BuiltGraph } from './graph.js'

/** What a heap does not tell of a message. */
export interface ToldOfMessage {
  /** The function that ran last for it, if a router tells. */
  readonly lastIn: Frame | null
  readonly numbers: MessageNumbers
}

/** A graph with the HTTP requests in the heap that it was made from, each with the tasks that can still answer it. */
export function withHeapRequests(
  heap: HeapView,
  { graph, behind }: BuiltGraph,
  messages: readonly HeapMessage[],
  toldOf: (message: HeapMessage) => ToldOfMessage,
  threadId: number,
): WaitGraph {
  if (messages.length === 0) return graph
  const nodeIds = tasksWith(heap, behind, messages)
  const requests = messages.map((message) => {
    const { lastIn, numbers } = toldOf(message)
    const ids = Object.freeze([...(nodeIds.get(message) ?? [])].sort((a, b) => a - b))
    return openRequest(message.factsWith(numbers), { ageMs: null, lastIn, nodeIds: ids, threadId })
  })
  // Where they lie in the heap says nothing.
  const inOrder = requests
    .map((request) => ({
      request,
      key: JSON.stringify([request.side === 'client', request.path, request.nodeIds, request]),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ request }) => request)
  return Object.freeze({ ...graph, requests: Object.freeze(inOrder) })
}

function tasksWith(
  heap: HeapView,
  behind: BuiltGraph['behind'],
  messages: readonly HeapMessage[],
): ReadonlyMap<HeapMessage, number[]> {
  const messageOf = new Map<number, HeapMessage>()
  for (const each of messages) {
    messageOf.set(each.message, each)
    if (each.incoming !== NONE) messageOf.set(each.incoming, each)
  }
  const wanted = new Set(messageOf.keys())
  const found = new Map<HeapMessage, number[]>()
  for (const [id, each] of behind) {
    const held = new Set(functionsOf(each).flatMap((fn) => [...heldBy(heap, fn, wanted)]))
    for (const message of new Set([...held].map((node) => messageOf.get(node) as HeapMessage))) {
      addTo(found, message, id)
    }
  }
  return found
}

/** Nodes of the heap: generator objects, or closures. */
function functionsOf(behind: BuiltGraph['behind'] extends ReadonlyMap<number, infer T> ? T : never): number[] {
  if (behind.kind === 'functions') return behind.chain.map(({ id }) => id as number)
  if (behind.kind === 'callbacks') return behind.chain.settlings.map(({ callback }) => callback.id as number)
  return []
}
