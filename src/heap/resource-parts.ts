import { packageOf } from '../model/package-of.js'
import { isUsers, nameOfFunction, scriptOf } from './functions.js'
import type { Feed, Resolvers } from './heap-promises.js'
import { type HeapView, NONE } from './heap-view.js'
import type { NodeClasses } from './node-classes.js'
import { scriptOfClass } from './prototypes.js'
import { atPath, firstInRing, itemsOf } from './resource-lists.js'
import { type Climbed, type ClimbStep, isWideScope, RetainerClimb } from './retainer-climb.js'
import type { Asking } from './retainers.js'
import type { WaitedResource } from './waited-resources.js'
import { isOfPackage, type KnownParts } from './well-known-resources.js'

/** One part of a resource that is in use, and who has it. */
export interface PartInUse {
  /** Of one that nobody has: the socket or the like that it uses, if that is active. */
  readonly handle?: number
  /** The generators of suspended functions that hold it. */
  readonly generators: readonly number[]
  /** Promises after which it is given back, by a callback of theirs. */
  readonly after: readonly number[]
  /** Promises that something awaits and whose resolvers it leads to: it is at work for those. */
  readonly atWorkFor: readonly number[]
  /** Something else of the program can reach it: a callback, a variable, a timer. */
  readonly isElsewhere: boolean
}

/** What is known of the promises of the heap. */
export interface KnownWaits {
  /** By the generator of a suspended function: what it awaits. */
  readonly awaits: ReadonlyMap<number, number>
  readonly resolvers: ReadonlyMap<number, Resolvers>
  /** Whether it is pending, and something waits for it. */
  isAwaited(promise: number): boolean
  /** By reaction: the promise that it reacts to. */
  readonly reactsTo: ReadonlyMap<number, number>
  readonly feeds: readonly Feed[]
  isActiveTimer(node: number): boolean
  isActiveHandle(node: number): boolean
}

const MOST_STEPS = 2_000
const MOST_PARTS = 200
const MOST_DOWN = 3
const MOST_OWNED = 200

/** Finds the parts of a resource that are in use, and the suspended functions that have them. */
export class ResourceParts {
  readonly #heap: HeapView
  readonly #climbed: Climbed
  readonly #waits: KnownWaits
  readonly #classes: NodeClasses
  readonly #promiseOf = new Map<number, number>()

  constructor(climbed: Climbed, classes: NodeClasses, waits: KnownWaits) {
    this.#heap = climbed.heap
    this.#climbed = climbed
    this.#classes = classes
    this.#waits = waits
    for (const [promise, { resolve }] of waits.resolvers) {
      if (waits.isAwaited(promise)) for (const fn of resolve) this.#promiseOf.set(fn, promise)
    }
  }

  *inUse(resource: WaitedResource): Asking<PartInUse[]> {
    const { parts } = resource.known
    if ('running' in parts) return this.#runningIn(resource, parts.running)
    if ('callbacks' in parts) return this.#callbacksIn(resource, parts.callbacks)
    const { node } = resource
    if ('first' in parts) return this.#served(node, firstInRing(this.#heap, node, parts.first))
    const all = 'release' in parts ? yield* this.#releasesOf(resource, parts.release) : this.#listedIn(node, parts)
    const found: PartInUse[] = []
    for (const part of all.slice(0, MOST_PARTS)) found.push(yield* this.#usersOfPart(part, resource))
    return found
  }

  #listedIn(node: number, parts: ListedParts): number[] {
    const listed = (path: string, item?: string) => itemsOf(this.#heap, atPath(this.#heap, node, path), item)
    if ('inUse' in parts) return listed(parts.inUse, parts.item)
    const idle = new Set(listed(parts.idle, parts.idleItem))
    return listed(parts.all).filter((part) => !idle.has(part))
  }

  #runningIn({ known, node }: WaitedResource, name: string): PartInUse[] {
    return [...this.#waits.awaits.keys()].flatMap((generator) => {
      const fn = this.#heap.child(generator, 'function')
      if (nameOfFunction(this.#heap, fn) !== name || !isOfPackage(scriptOf(this.#heap, fn), known.package)) return []
      const isIn = scopesOf(this.#heap, fn).some((scope) => scope === node || this.#holds(scope, node))
      return isIn ? [{ ...UNUSED, generators: [generator] }] : []
    })
  }

  /** All of its callbacks serve it together. */
  #callbacksIn({ known, node, key }: WaitedResource, variable: string): PartInUse[] {
    const after = this.#waits.feeds.flatMap(({ callback, from }) => {
      if (callback === NONE || !isOfPackage(scriptOf(this.#heap, callback), known.package)) return []
      const isOf = (scope: number) => scope === node || this.#heap.child(scope, variable) === node
      const scope = scopesOf(this.#heap, callback).find(isOf)
      if (scope === undefined) return []
      const itsKey = known.key === undefined ? null : this.#heap.nameOf(this.#heap.child(scope, known.key))
      return itsKey === key ? [from] : []
    })
    return after.length === 0 ? [] : [{ ...UNUSED, after }]
  }

  #holds(scope: number, held: number): boolean {
    return this.#heap.edges(scope).some(({ type, node }) => type === 'context' && node === held)
  }

  #served(resource: number, first: number): PartInUse[] {
    if (first === NONE) return []
    const { promises, isElsewhere } = this.#below(first, resource, 'packages')
    return [{ ...UNUSED, atWorkFor: [...promises], isElsewhere }]
  }

  /** Closures of the package that share a scope with a variable of that name, in a scope whose `this` is the resource. */
  *#releasesOf({ node: resource, known }: WaitedResource, variable: string): Asking<number[]> {
    const releases: number[] = []
    for (const { node: scope, type } of yield* this.#climbed.retainers.of(resource)) {
      if (type !== 'context' || this.#heap.child(scope, variable) === NONE) continue
      for (const { node, name } of yield* this.#climbed.retainers.of(scope)) {
        if (name !== 'context' || this.#heap.typeOf(node) !== 'closure') continue
        if (isOfPackage(scriptOf(this.#heap, node), known.package)) releases.push(node)
      }
    }
    return releases
  }

  /** What can lead to some functions that settle a promise. */
  *usersOf(resolvers: readonly number[]): Asking<PartInUse> {
    return yield* this.#above(resolvers, NONE, 'packages')
  }

  /** That nobody has a part is said only if nothing that a package keeps leads to it either. */
  *#usersOfPart(part: number, resource: WaitedResource): Asking<PartInUse> {
    const likely = yield* this.#usersBeside(part, resource, 'packages')
    if (isUsed(likely)) return likely
    const handle = this.#handleBelow(part)
    return { ...(yield* this.#usersBeside(part, resource, 'nothing')), ...(handle !== NONE && { handle }) }
  }

  /** A client leads to its socket by a few properties. */
  #handleBelow(part: number): number {
    let level = [part]
    for (let depth = 0; depth <= MOST_DOWN; depth++) {
      const handle = level.find((node) => this.#waits.isActiveHandle(node))
      if (handle !== undefined) return handle
      level = level.flatMap((node) => {
        const owned = this.#heap.edges(node).filter(({ type, name }) => type === 'property' && name !== '__proto__')
        return owned.map((edge) => edge.node).filter((each) => this.#heap.typeOf(each) === 'object')
      })
      level.splice(MOST_OWNED)
    }
    return NONE
  }

  *#usersBeside(part: number, { node, known }: WaitedResource, leftOut: LeftOut): Asking<PartInUse> {
    const above = yield* this.#above([part], node, leftOut)
    if ('release' in known.parts) return above
    const { promises, isElsewhere } = this.#below(part, node, leftOut)
    return { ...above, atWorkFor: [...promises], isElsewhere: above.isElsewhere || isElsewhere }
  }

  *#above(held: readonly number[], resource: number, leftOut: LeftOut): Asking<PartInUse> {
    const generators = new Set<number>()
    const after = new Set<number>()
    let isElsewhere = false
    const climb = new RetainerClimb(this.#climbed, held)
    let steps = 0
    for (let step = climb.next(); step !== null; step = climb.next()) {
      if (++steps > MOST_STEPS) {
        isElsewhere = true
        break
      }
      const { node } = step
      if (node === resource) continue
      if (this.#waits.awaits.has(node)) {
        generators.add(node)
        continue
      }
      const from = this.#waits.reactsTo.get(node)
      if (from !== undefined) {
        after.add(from)
        continue
      }
      if (this.#heap.isPromise(node)) continue
      // Functions of the program between have been met; what a package has its sockets tell gives nothing back by itself.
      if (this.#heap.typeOf(node) === 'object' && this.#classes.isNodes(node)) {
        isElsewhere ||= this.#waits.isActiveTimer(node)
        continue
      }
      // A list that an object keeps leads to everything that has to do with any of its entries.
      if (this.#isKeptList(step)) {
        isElsewhere ||= leftOut === 'nothing' || !this.#isListOfPackage(step)
        continue
      }
      if (step.below !== null && this.#isProgramFunction(node)) isElsewhere = true
      if (yield* isWideScope(this.#climbed, node)) {
        isElsewhere ||= !(yield* this.#isScopeOfPackage(node))
        continue
      }
      yield* climb.climb(step)
    }
    if (climb.hasLeftOpen || climb.isCutShort) isElsewhere = true
    return { generators: [...generators], after: [...after], atWorkFor: [], isElsewhere }
  }

  /** Whether a step goes from a list, map or set that holds what is below to an object that has it as a property. */
  #isKeptList({ edge, below }: ClimbStep): boolean {
    if (edge?.type !== 'property' || below?.edge == null) return false
    const { type, name } = below.edge
    return type === 'element' || (type === 'internal' && (name === 'table' || name === 'elements'))
  }

  /** Listeners of a package, or a list of an object of a class of a package: it gives nothing back by itself. */
  #isListOfPackage({ node, below }: ClimbStep): boolean {
    const entry = below?.below?.node ?? NONE
    if (entry !== NONE && this.#heap.typeOf(entry) === 'closure') return !this.#isProgramFunction(entry)
    return packageOf(scriptOfClass(this.#heap, node)) !== null
  }

  *#isScopeOfPackage(scope: number): Asking<boolean> {
    const retainers = yield* this.#climbed.retainers.of(scope)
    // Nothing can use it any more, but it has not been collected yet.
    if (retainers.length === 0) return true
    const functions = retainers.filter(({ node }) => this.#heap.typeOf(node) === 'closure')
    return functions.length > 0 && !functions.some(({ node }) => this.#isProgramFunction(node))
  }

  /** Of the program itself, not of a package or of Node.js. */
  #isProgramFunction(node: number): boolean {
    if (this.#heap.typeOf(node) !== 'closure' || !isUsers(this.#heap, node)) return false
    const script = scriptOf(this.#heap, node)
    // One whose script is not known may be of the program.
    return script === null || (!script.startsWith('system / ') && packageOf(script) === null)
  }

  #isNodes(node: number): boolean {
    const type = this.#heap.typeOf(node)
    return type === 'closure' ? !isUsers(this.#heap, node) : type === 'object' && this.#classes.isNodes(node)
  }

  /**
   * Down from a part: the promises that it will settle, and whether it will call the program. Its listeners lead on to
   * everything that a package knows: of the objects that they know, only what these hold themselves is looked at.
   */
  #below(part: number, resource: number, leftOut: LeftOut): Below {
    const promises = new Set<number>()
    let isElsewhere = false
    const seen = new Set([part, resource])
    const queue: [node: number, heard: Heard][] = [[part, 'no']]
    for (const [node, heard] of queue) {
      if (seen.size > MOST_STEPS) {
        isElsewhere = true
        break
      }
      for (const { node: stored, type, name } of this.#heap.edges(node)) {
        if (seen.has(stored) || !isFollowed(type, name)) continue
        seen.add(stored)
        const held = boundIn(this.#heap, stored) ?? stored
        const promise = this.#promiseOf.get(held)
        if (promise !== undefined) promises.add(promise)
        // Node's own lead on to everything, and to nothing that a part is at work for.
        else if (this.#isNodes(held)) continue
        else if (this.#isProgramFunction(held)) isElsewhere = true
        else if (isObject(this.#heap, held) || isInnerScope(this.#heap, held)) {
          const isOfClass = this.#heap.typeOf(held) === 'object' && !PLAIN.test(this.#heap.nameOf(held))
          if (leftOut === 'packages' && heard === 'an object' && isOfClass) continue
          queue.push([
            held,
            name === '_events' && heard === 'no' ? 'yes' : heard !== 'no' && isOfClass ? 'an object' : heard,
          ])
        }
      }
    }
    return { promises, isElsewhere }
  }
}

/** Whether what packages keep in lists, and what their listeners know, counts as a way to a part. */
type LeftOut = 'packages' | 'nothing'

/** Whether the way from a part leads through its listeners, or through an object that they know. */
type Heard = 'no' | 'yes' | 'an object'

const PLAIN = /^(?:Object|Array|Map|Set)$/

function isObject(heap: HeapView, node: number): boolean {
  return /^(?:object|closure|array)$/.test(heap.typeOf(node))
}

interface Below {
  readonly promises: ReadonlySet<number>
  readonly isElsewhere: boolean
}

function isUsed({ generators, after, atWorkFor, isElsewhere }: PartInUse): boolean {
  return isElsewhere || generators.length + after.length + atWorkFor.length > 0
}

const UNUSED: PartInUse = { generators: [], after: [], atWorkFor: [], isElsewhere: false }

type ListedParts = Extract<KnownParts, { readonly inUse: string } | { readonly all: string }>

const MOST_SCOPES = 8

/** The scopes that a function closes over, innermost first. */
function scopesOf(heap: HeapView, fn: number): number[] {
  const scopes: number[] = []
  for (
    let at = heap.child(fn, 'context');
    at !== NONE && scopes.length < MOST_SCOPES;
    at = heap.child(at, 'previous')
  ) {
    scopes.push(at)
  }
  return scopes
}

/**
 * The callback that a recorder's function was made for, which a package has stored in its place
 * (`patches/stored-callbacks.ts`): what else that one knows is none of the program's.
 */
function boundIn(heap: HeapView, fn: number): number | null {
  if (heap.typeOf(fn) !== 'closure' || !OF_BINDING.test(nameOfFunction(heap, fn))) return null
  // The block in which it was made has a scope of its own.
  const scopes = scopesOf(heap, fn).slice(0, 2)
  const known = scopes.flatMap((scope) => heap.edges(scope).filter(({ type }) => type === 'context'))
  if (!known.some(({ node }) => OF_RECORDER.test(heap.nameOf(node)))) return null
  const isOther = (node: number) => heap.typeOf(node) === 'closure' && scriptOf(heap, node) !== scriptOf(heap, fn)
  return known.find(({ node }) => isOther(node))?.node ?? null
}

/** As V8 knows such functions, whatever name they are given. */
const OF_BINDING = /^(?:bound|call)$/
/** Classes of the tracer whose objects they have in their scope. */
const OF_RECORDER = /^(?:Origin|StoredCallbacks)$/

/** Not that of a script or module, which leads on to everything. */
function isInnerScope(heap: HeapView, node: number): boolean {
  if (!heap.nameOf(node).startsWith('system / Context')) return false
  const outer = heap.child(node, 'previous')
  return outer !== NONE && !/^system \/ (?:NativeContext|ScriptContext)/.test(heap.nameOf(outer))
}

const NOT_FOLLOWED = new Set(['__proto__', 'constructor', 'prototype', 'map', 'shared', 'code', 'properties'])
/** V8's own fields that lead to what a function or collection holds (Node 20 to 26). */
const FOLLOWED = /^(?:context|previous|elements|table|bound_.*|\d+)$/

function isFollowed(type: string, name: string): boolean {
  if (type === 'weak' || type === 'hidden' || NOT_FOLLOWED.has(name)) return false
  return type !== 'internal' || FOLLOWED.test(name)
}
