import { isUsers } from '../heap/functions.js'
import { NONE } from '../heap/heap-view.js'
import type { HolderSearch } from '../heap/holders.js'
import type { FoundOwner } from '../heap/owners.js'
import { type EventLoop, hasCounterpart } from '../memory/event-loop.js'
import type { MemoryHeap } from '../memory/memory-heap.js'
import type { KeptAlive, Owner } from '../model/kept-alive.js'
import { resourceOfClass } from '../model/node-resources.js'
import { withoutPipesOfChildren } from '../model/pipes-of-children.js'
import type { Resource, Timer } from '../model/resource.js'
import { leafOfResource } from '../waits/leaf-names.js'
import { type MemoryResources, textIn } from './memory-resources.js'
import type { MemoryScripts } from './memory-scripts.js'

const MOST_FUNCTIONS = 30
const MOST_OWNED = 50
const OWNER = '<symbol owner_symbol>'
const REFERENCED = '<symbol refed>'

interface Parts {
  readonly heap: MemoryHeap
  readonly scripts: MemoryScripts
  readonly search: HolderSearch
  readonly resources: MemoryResources
  readonly timers: ReadonlyMap<number, Timer>
}

export interface KeptAliveInMemory {
  readonly keptAlive: readonly KeptAlive[]
  /** Memory does not tell which of several workers the program has unreferenced. */
  readonly areWorkersUnclear: boolean
}

/** The timers, servers, sockets, workers and operations that keep the main thread's event loop alive. */
export function keptAliveInMemory(loop: EventLoop, parts: Parts): KeptAliveInMemory {
  const { natives, requests, waitsForWorkers } = loop
  const open = natives.map((native) => {
    const object = ownObjectOf(native, parts)
    return { object, resource: resourceOfNative(native, object, parts) }
  })
  const shown = withOwners(
    withoutPipesOfChildren(open, ({ resource }) => resource),
    parts,
  )
  const workers = waitsForWorkers ? workersOf(parts) : []
  const others = [...underWay(requests, parts), ...workers].map((resource) => aliveBy(resource))
  return {
    keptAlive: [...timersAlive(parts), ...shown, ...others],
    areWorkersUnclear: workers[0]?.kind === 'operation',
  }
}

/** The next first. */
function timersAlive({ heap, scripts, timers }: Parts): KeptAlive[] {
  const remainingOf = ({ remainingMs, delayMs }: Timer) => remainingMs ?? delayMs ?? 0
  return [...timers]
    .filter(([node]) => heap.properties.isTrue(node, REFERENCED))
    .sort(([, a], [, b]) => remainingOf(a) - remainingOf(b))
    .map(([node, timer], index) => {
      const fn = index < MOST_FUNCTIONS ? heap.child(node, '_onTimeout') : NONE
      const isKnown = fn !== NONE && heap.typeOf(fn) === 'closure' && isUsers(heap, fn)
      return { leaf: leafOfResource(timer), calls: isKnown ? scripts.definitionOf(fn) : null }
    })
}

function aliveBy(resource: Resource): KeptAlive {
  return { leaf: leafOfResource(resource), calls: null }
}

/** Node's object for a native one. */
function ownObjectOf(native: number, { heap }: Parts): number {
  const held = heap.child(native, OWNER)
  return held === NONE ? native : held
}

function resourceOfNative(native: number, object: number, { heap, search, resources }: Parts): Resource {
  const known = resources.resourceOf(object)
  if (known !== null) return known
  const nodeClass = search.classes.classOf(native) ?? search.classes.classOf(object) ?? heap.nameOf(native)
  return resourceOfClass(nodeClass, (name) => textIn(heap, object, name))
}

/** The sockets with what has them: a pool that was not closed, a client, a WebSocket. */
function withOwners(
  open: readonly { readonly object: number; readonly resource: Resource }[],
  { search, scripts }: Parts,
): KeptAlive[] {
  const sockets = open.flatMap(({ object, resource }) => (resource.kind === 'socket' ? [object] : []))
  const asked = sockets.slice(0, MOST_OWNED)
  const found = search.ownersOf(asked)
  const owners = new Map(asked.map((object, i) => [object, found[i] ?? null]))
  return open.map(({ object, resource }) => {
    const owner = owners.get(object) ?? null
    return { ...aliveBy(resource), ...(owner !== null && { owner: shownOwner(owner, scripts) }) }
  })
}

function shownOwner({ className, package: of, variable }: FoundOwner, scripts: MemoryScripts): Owner {
  if (variable === null) return { className, package: of, variable }
  const { filename } = scripts.definitionOf(variable.fn)
  return { className, package: of, variable: { name: variable.name, filename } }
}

/** Those that have not ended. Of several, memory does not tell which of them were unreferenced by the program. */
function workersOf({ heap, search: { classes } }: Parts): Resource[] {
  const living = [...heap.nodesWith('<symbol kHandle>')].filter(
    ({ node, held }) => classes.classOf(node) === 'Worker' && classes.classOf(held) === 'Worker',
  )
  const [only] = living
  if (only === undefined) return []
  if (living.length > 1) return [{ kind: 'operation', name: `one or more of ${living.length} workers` }]
  const threadId = heap.properties.numberOf(only.held, 'threadId')
  return [{ kind: 'worker', threadId: Number.isNaN(threadId) ? null : threadId }]
}

/** By these Node's operations tell that they have ended, or hold the promise for it. */
const OF_OPERATIONS = ['oncomplete', 'ondone', 'promise']

/** Of files, DNS, connections, compression: which they are, if all of them have an object of Node's. */
function underWay(count: number, { heap, search: { classes } }: Parts): Resource[] {
  if (count === 0) return []
  const operations = new Set(OF_OPERATIONS.flatMap((name) => heap.instancesWith(name)))
  const known = [...operations].flatMap((node) => {
    const nodeClass = hasCounterpart(heap.engine.words, node) ? classes.classOf(node) : null
    return nodeClass === null ? [] : [resourceOfClass(nodeClass, (name) => textIn(heap, node, name))]
  })
  if (known.length === count) return known
  return Array.from({ length: count }, () => ({ kind: 'operation', name: 'operation of Node.js under way' }))
}
