import { InspectorRefusal } from '../engine/debugger-reading.js'
import { readNumbers } from '../engine/number-reading.js'
import { type ReadResource, readResources, resourceOfRead } from '../engine/read-resources.js'
import { NONE } from '../heap/heap-view.js'
import type { Holder } from '../heap/holder.js'
import type { HolderSearch } from '../heap/holders.js'
import { askedNumbers, placesIn } from '../heap/number-place.js'
import { type LiveFacts, MOST_EMITTERS } from '../heap/wakers.js'
import type { Timer } from '../model/resource.js'
import type { HeapCapture } from './heap-capture.js'
import { activeHandles, alone, timerFacts } from './in-target.js'
import { byHandle, GET_BUILTIN, type Target } from './target.js'

/** What the process says of the objects that the holders of resolvers lead to. */
export async function liveFactsOf(
  target: Target,
  capture: HeapCapture,
  search: HolderSearch,
  holders: ReadonlyMap<number, Holder>,
  isBusy: boolean,
): Promise<LiveFacts> {
  const nodes = [...holders.values()].flatMap((holder) => ('node' in holder ? [holder.node] : []))
  const limits = [...holders.keys()].flatMap((promise) => search.timeLimitOf(promise) ?? [])
  const retries = [...holders.keys()].flatMap((promise) => search.clients.retryOf(search.clientOf(promise) ?? NONE))
  const timers = await timersOf(target, capture, [...nodes, ...limits, ...retries])
  const handles = await handlesOf(target, capture, nodes)
  const emitters = [...holders.values()].flatMap((holder) => (holder.kind === 'event' ? [holder.node] : []))
  const read = await emittersOf(target, capture, emitters)
  const capacities = placesIn(holders.values())
  const numbers = await target.read(readNumbers(askedNumbers(capture.heap, capacities)))
  return {
    timer: (node) => timers.get(node) ?? null,
    handle: (node) => handles.get(node) ?? null,
    emitter: (node) => read.get(node) ?? null,
    isIdle: !isBusy,
    number: (place) => numbers[capacities.indexOf(place)] ?? null,
  }
}

async function timersOf(target: Target, { held, timerIndices }: HeapCapture, nodes: readonly number[]) {
  const wanted = [...new Set(nodes)].filter((node) => timerIndices.has(node))
  const indices = wanted.map((node) => timerIndices.get(node))
  const facts = await target.callForValue<Timer[]>(held, timerFacts, indices)
  return new Map(wanted.map((node, i) => [node, facts[i] as Timer]))
}

async function handlesOf(target: Target, { held, handleIndices }: HeapCapture, nodes: readonly number[]) {
  const wanted = [...new Set(nodes)].filter((node) => handleIndices.has(node))
  const read = await readHandles(
    target,
    held,
    wanted.map((node) => handleIndices.get(node) as number),
  )
  return new Map(wanted.map((node, i) => [node, resourceOfRead(read[i] as ReadResource)]))
}

/** The emitters, also those that are no active handles any more. */
async function emittersOf(
  target: Target,
  { heap, held }: HeapCapture,
  emitters: readonly number[],
): Promise<ReadonlyMap<number, ReadResource>> {
  const found = new Map<number, ReadResource>()
  if (emitters.length === 0) return found
  const active = await target.callForHandle(held, activeHandles, null)
  const getBuiltin = await target.handleOf(GET_BUILTIN)
  for (const node of [...new Set(emitters)].slice(0, MOST_EMITTERS)) {
    const object = await target.objectOfHeapId(heap.idOf(node))
    // It has been collected meanwhile.
    if (object === null) continue
    try {
      const emitter = await target.callForHandle(object, alone)
      const [read] = await target.callForValue<ReadResource[]>(
        active,
        readResources,
        byHandle(active),
        byHandle(emitter),
        byHandle(getBuiltin),
      )
      if (read !== undefined) found.set(node, read)
    } catch (error) {
      // It has been collected meanwhile.
      if (!(error instanceof InspectorRefusal)) throw error
    }
  }
  return found
}

/** @param held a handle on what is held in the process. @param indices null for all that is active. */
export async function readHandles(
  target: Target,
  held: string,
  indices: readonly number[] | null,
): Promise<readonly ReadResource[]> {
  if (indices?.length === 0) return []
  const active = await target.callForHandle(held, activeHandles, null)
  const asked = indices === null ? active : await target.callForHandle(held, activeHandles, indices)
  const getBuiltin = await target.handleOf(GET_BUILTIN)
  return target.callForValue<ReadResource[]>(
    active,
    readResources,
    byHandle(active),
    byHandle(asked),
    byHandle(getBuiltin),
  )
}
