import { resourceOfClass } from '../model/node-resources.js'
import type { EmitterState, Resource, Timer, Waker } from '../model/resource.js'
import { classOf } from './class-of.js'
import { classOfTarget } from './event-target.js'
import { isUsers, shownNameOf } from './functions.js'
import { type HeapView, NONE } from './heap-view.js'
import type { Holder } from './holder.js'
import type { HolderSearch } from './holders.js'
import type { NodeClasses } from './node-classes.js'
import type { NumberPlace } from './number-place.js'
import { atPath, firstInRing } from './resource-lists.js'
import type { WaitedResource } from './waited-resources.js'
import type { KnownResource } from './well-known-resources.js'

/** What the process itself says of an emitter. */
export interface Emitter {
  readonly resource: Resource | null
  readonly state: EmitterState | null
}

/** What the process itself says of the objects that a snapshot shows. */
export interface LiveFacts {
  /** Of an active timer; null if it has fired meanwhile. */
  timer(node: number): Timer | null
  /** Of an active handle or request; null for other objects. */
  handle(node: number): Resource | null
  /** An emitter, also one that is no active handle any more: its state is in numbers, which a snapshot does not have. */
  emitter(node: number): Emitter | null
  /** No code of the program's was running: an event that is being emitted may not have reached all its listeners. */
  readonly isIdle: boolean
  /** The number in a property or variable; null if it is not known. */
  number(place: NumberPlace): number | null
}

/** So many emitters are read: each is looked for in the whole heap. */
export const MOST_EMITTERS = 16

/** Where there is no process to ask. */
export const NOT_ASKED: LiveFacts = Object.freeze({
  timer: () => null,
  handle: () => null,
  emitter: () => null,
  isIdle: false,
  number: () => null,
})

/** What settles a promise, as plain facts, from what holds its resolver; null if it has gone meanwhile. */
export function wakerOf(heap: HeapView, search: HolderSearch, holder: Holder, live: LiveFacts): Waker | null {
  const { classes, clients } = search
  switch (holder.kind) {
    case 'timer': {
      const resource = live.timer(holder.node)
      return resource === null ? null : { kind: 'resource', resource, through: null, listedIn: null }
    }
    case 'handle':
    case 'operation': {
      const through = holder.through === null ? null : classOf(heap.nameOf(holder.through))
      const resource = resourceOf(heap, classes, holder.node, live)
      return { kind: 'resource', resource, through, listedIn: holder.listedIn }
    }
    case 'event': {
      const read = live.emitter(holder.node)
      const known = live.handle(holder.node) ?? read?.resource ?? emitterOf(heap, classes, holder.node)
      const emitter = known ?? clients.nameOf(holder.node) ?? classOfTarget(heap, holder.node)
      const state = read?.state ?? null
      if (holder.isStreamEnd) return { kind: 'stream end', stream: emitter, state }
      return { kind: 'event', event: holder.event, emitter, state }
    }
    case 'internal':
      return internalWaker(classes.classOf(holder.node) ?? '', holder.key)
    case 'resource': {
      const { resource, inUse, capacity } = holder
      const { known, what } = resource
      return {
        kind: 'queue',
        what,
        package: known.package,
        className: known.shownAs ?? known.className,
        inUse: isCounted(known) ? inUse.length : null,
        capacity: capacity === null ? null : live.number(capacity),
        behind: behindWhat(heap, resource),
      }
    }
    case 'object':
      return { kind: 'object', className: classOf(heap.nameOf(holder.node)), path: holder.path }
    case 'variable':
      return { kind: 'variable', name: holder.name, path: holder.path }
    case 'running':
      return { kind: 'running', name: shownNameOf(heap, holder.fn) }
    case 'suspended': {
      const functions = holder.generators.map((generator) => search.functionOf(generator))
      const names = functions.map((fn) => shownNameOf(heap, fn)).sort()
      return { kind: 'suspended', names, areNodes: !functions.some((fn) => isUsers(heap, fn)) }
    }
    case 'nobody':
      return { kind: 'not found' }
    case 'promise':
      return null
  }
}

/** Only where every part that is in use is found is it known how many are. */
function isCounted({ parts }: KnownResource): boolean {
  return !('callbacks' in parts || 'first' in parts)
}

/** The word that tells what is served now; null for none. */
function behindWhat(heap: HeapView, { known, node }: WaitedResource): string | null {
  if (!('first' in known.parts)) return null
  const first = firstInRing(heap, node, known.parts.first)
  const word = first === NONE ? NONE : atPath(heap, first, known.parts.label)
  const text = word === NONE || heap.typeOf(word) !== 'string' ? '' : heap.nameOf(word)
  return COMMAND.test(text) ? text : null
}

/** Anything else might be a value of the program's. */
const COMMAND = /^[a-z]{2,20}$/i

/** What `node:readline` and web streams keep of those who wait (Node 20 to 26). */
function internalWaker(nodeClass: string, key: string): Waker | null {
  if (key === '<symbol _questionCallback>') return { kind: 'answer', of: nodeClass }
  if (key === '<symbol line object stream>') {
    return { kind: 'event', event: 'line', emitter: nodeClass, state: null }
  }
  if (/Request$/.test(nodeClass)) return { kind: 'web stream', does: 'read' }
  return /WritableStream/.test(nodeClass) ? { kind: 'web stream', does: 'write' } : null
}

function resourceOf(heap: HeapView, classes: NodeClasses, node: number, live: LiveFacts): Resource {
  return live.handle(node) ?? resourceOfClass(classes.classOf(node) ?? '', textsOf(heap, node))
}

/** A snapshot has the text of strings, and no numbers. */
function textsOf(heap: HeapView, node: number): (field: string) => string | null {
  return (field) => {
    const held = heap.child(node, field)
    return held !== NONE && heap.typeOf(held) === 'string' ? heap.nameOf(held) : null
  }
}

/** An emitter that is no active handle: it has ended, or does not keep the event loop alive. */
function emitterOf(heap: HeapView, classes: NodeClasses, node: number): Resource | null {
  const nodeClass = classes.classOf(node) ?? ''
  return EMITTERS.test(nodeClass) ? resourceOfClass(nodeClass, textsOf(heap, node)) : null
}

const EMITTERS = /^(Worker|MessagePort|ChildProcess|FSWatcher|StatWatcher|Socket|TLSSocket|Server)$/
