import { isDeepStrictEqual } from 'node:util'
import type { Frame } from '../model/frame.js'
import type { Leaf } from '../model/leaf.js'
import { addTo } from '../model/lists-by-key.js'
import { isKnownEnd } from '../model/wait-end.js'
import { awaitersBehind, functionBelow } from './along-promises.js'
import { type CallbackChain, looseCallbacks } from './callbacks.js'
import type { Dependency } from './deadlocks.js'
import { holderAmong } from './holder-among.js'
import { leafOf } from './leaf-names.js'
import type { AsyncFunction, Id, Settling, WaitNet } from './net.js'
import type { HeldParts, Settler, WaitSource } from './source.js'
import { stuckAmong } from './stuck.js'
import { HELD_RESOLVER, onward, viaOf, type WaitStep, withoutAdoptions } from './wait-steps.js'

/** A node of the graph before it has a number. */
export type Shown = {
  /** Its place among the nodes. */
  readonly index: number
} & (
  | { readonly kind: 'function'; readonly function: AsyncFunction }
  | { readonly kind: 'callbacks'; readonly chain: CallbackChain }
  /** A promise that several wait for. */
  | { readonly kind: 'promise'; readonly promise: Id; readonly settlings: readonly Settling[] }
  | { readonly kind: 'leaf'; readonly promise: Id; readonly leaf: Leaf }
)

type LeafShown = Extract<Shown, { readonly kind: 'leaf' }>

/** From a shown node to one that it waits for. */
export interface Link {
  readonly from: Shown
  readonly to: Shown
  /** What lies between, from the waiter on. */
  readonly via: readonly string[]
  readonly mode: Dependency['mode']
  /** Whether `to` does not have to end, only to call the resolver that it alone can reach. */
  readonly isHeldResolver: boolean
}

/** The nodes that have one part of a resource. */
export interface ShownHolder {
  readonly nodes: readonly Shown[]
  /** Nothing of the program can reach it. */
  readonly isLeaked: boolean
  /** No suspended function has it, as far as is known. */
  readonly isUnseen: boolean
  /** Who opened the connection of a leaked one, if that was recorded. */
  readonly openedAt: Frame | null
}

/** From a resource to each that has a part of it. */
const IN_USE_BY = { promise: 0, via: ['in use by'], isInternal: false, isReturnSaid: true } as const

export interface LinkedWaits {
  /** In the order in which they were met; the functions of the source first, in its order. */
  readonly nodes: readonly Shown[]
  readonly links: readonly Link[]
  /** By the leaf of a resource with a queue: who has its parts. */
  readonly resources: ReadonlyMap<Shown, readonly ShownHolder[]>
  /** The shown functions and promises that nothing can wake, however long one waits. */
  stuck(): ReadonlySet<Shown>
  /** The promises that something waits for and of which nothing is known that would settle them. */
  readonly unknownEnds: readonly Id[]
}

/**
 * Joins functions along the promises between them. A promise that one waiter waits for becomes part of the link; one
 * that several wait for stands by itself, so that the graph stays linear in what it shows. Functions of Node.js are
 * skipped: the frame that awaits shows which of them was called.
 */
export function linkWaits(source: WaitSource): LinkedWaits {
  return new Linker(source).link()
}

class Linker {
  readonly #source: WaitSource
  readonly #net: WaitNet
  readonly #functions = new Map<AsyncFunction, Shown>()
  readonly #promises = new Map<Id, Shown>()
  /** By what settles them: one for each way in which it does. */
  readonly #leaves = new Map<Id, LeafShown[]>()
  readonly #nodes: Shown[] = []
  readonly #links: Link[] = []
  readonly #settlers = new Map<Id, Settler>()
  readonly #resources = new Map<Shown, readonly ShownHolder[]>()
  readonly #todo: Shown[] = []

  constructor(source: WaitSource) {
    this.#source = source
    this.#net = source.net
  }

  link(): LinkedWaits {
    // One that runs or has returned is there if another waits for it.
    for (const each of this.#net.functions) {
      if (isShown(each) && each.awaits !== null && !each.hasReturned) this.#functionNode(each)
    }
    this.#followAll()
    for (const settling of this.#net.settlings) if (settling.kind === 'told') this.#followTold(settling)
    this.#followAll()
    for (const chain of looseCallbacks(this.#net)) this.#add({ index: this.#nodes.length, kind: 'callbacks', chain })
    this.#followAll()
    return {
      nodes: this.#nodes,
      links: this.#links,
      resources: this.#resources,
      stuck: () => this.#stuck(),
      unknownEnds: [...this.#settlers].flatMap(([promise, settler]) =>
        settler.kind === 'end' && !isKnownEnd(settler.end) ? [promise] : [],
      ),
    }
  }

  #followAll(): void {
    for (let node = this.#todo.pop(); node !== undefined; node = this.#todo.pop()) {
      if (node.kind === 'function' && node.function.awaits !== null) this.#follow(node, node.function.awaits)
      if (node.kind === 'callbacks')
        this.#follow(node, node.chain.awaits, [node.chain.settlings.at(-1)?.kind ?? 'then'])
      if (node.kind === 'promise') for (const each of node.settlings) this.#followSettling(node, each)
    }
  }

  /** The program said that a promise waits for another. */
  #followTold({ on, of }: Settling): void {
    const waiter = this.#net.functionBehind(of)
    this.#follow(waiter !== null && isShown(waiter) ? this.#functionNode(waiter) : this.#promiseNode(of, []), on)
  }

  #followSettling(from: Shown, settling: Settling): void {
    const via = viaOf(settling)
    this.#follow(from, settling.on, via === null ? [] : [via], settling.mode)
  }

  /** Follows a promise down to the nearest nodes of the graph. */
  #follow(from: Shown, start: Id, via: readonly string[] = [], mode: WaitStep['mode'] = 'all'): void {
    const isReturnSaid = from.kind === 'function' && from.function.returnedBy !== undefined
    const todo: WaitStep[] = [{ promise: start, via, isInternal: false, mode, isReturnSaid }]
    /** Few ways go on beyond their first promise. */
    let seen = null as Set<Id> | null
    for (let step = todo.pop(); step !== undefined; step = todo.pop()) {
      const { promise } = step
      const behind = this.#net.functionBehind(promise)
      if (behind !== null && (isShown(behind) || behind.awaits === null)) {
        this.#link(from, this.#functionNode(behind), step)
        continue
      }
      const isShared = this.#promises.has(promise) || this.#net.waiterCount(promise) > 1 || seen?.has(promise) === true
      if (behind !== null && behind.awaits !== null && seen?.has(promise) !== true) {
        seen = (seen ?? new Set()).add(promise)
        todo.push({ ...step, isInternal: true, promise: behind.awaits })
        continue
      }
      const settlings = this.#settlingsOf(promise)
      // The module loader's functions are not a way that the program has taken.
      const isImport = settlings.some(({ kind }) => kind === 'import()')
      const present = isImport ? { ...step, via: withoutAdoptions(step.via) } : step
      const holder = settlings.length === 0 ? holderAmong(this.#net, this.#settlerOf(promise)) : null
      if (holder !== null && !isShown(holder) && holder.awaits !== null && seen?.has(promise) !== true) {
        seen = (seen ?? new Set()).add(promise)
        todo.push({ ...present, isInternal: true, promise: holder.awaits })
      } else if (settlings.length === 0) this.#linkToEnd(from, present, holder)
      else if (isShared) this.#link(from, this.#promiseNode(promise, settlings), present)
      else {
        seen = (seen ?? new Set()).add(promise)
        for (const settling of settlings.toReversed()) todo.push({ ...onward(present, settling), promise: settling.on })
      }
    }
  }

  /** Without those that the program told of: they have links of their own. */
  #settlingsOf(promise: Id): readonly Settling[] {
    const known = this.#net.settlingsOf(promise).filter(({ kind }) => kind !== 'told')
    if (known.length > 0) return known
    const settler = this.#settlerOf(promise)
    if (settler.kind !== 'settlings') return []
    for (const settling of settler.settlings) this.#net.add(settling)
    return settler.settlings
  }

  #settlerOf(promise: Id): Settler {
    let settler = this.#settlers.get(promise)
    if (settler === undefined) {
      settler = this.#source.settlerOf(promise)
      this.#settlers.set(promise, settler)
    }
    return settler
  }

  /** @param holder the function that alone can reach the resolver; null if there is none. */
  #linkToEnd(from: Shown, step: WaitStep, holder: AsyncFunction | null): void {
    const settler = this.#settlerOf(step.promise)
    if (settler.kind === 'settlings') return
    // A function that holds what it waits for itself has nothing to link to: the leaf says that.
    if (holder !== null && isShown(holder) && !(from.kind === 'function' && from.function === holder)) {
      this.#link(from, this.#functionNode(holder), { ...step, via: [...step.via, HELD_RESOLVER] }, true)
      return
    }
    const key = settler.kind === 'end' ? settler.key : step.promise
    const via = withoutAdoptions(step.via)
    const leaf = this.#leafNode(key, step.promise, leafOf(settler.end))
    this.#link(from, leaf, { ...step, via })
    const heldBy = settler.kind === 'end' ? settler.heldBy : undefined
    if (heldBy === undefined || this.#resources.has(leaf)) return
    // What has a part of it may wait for it in turn.
    this.#resources.set(leaf, [])
    this.#resources.set(leaf, this.#holdersOf(leaf, heldBy))
  }

  /** Links a resource with each node that has a part of it, once. */
  #holdersOf(resource: Shown, { parts, mode, isUncounted = false }: HeldParts): ShownHolder[] {
    const linked = new Set<Shown>()
    return parts.map(({ functions, after, atWorkFor, isElsewhere, openedAt = null }) => {
      const below = after.map((promise) => [promise, functionBelow(this.#net, promise)] as const)
      const users = [
        ...functions.flatMap((id) => this.#net.functionWithId(id) ?? []),
        ...below.flatMap(([, each]) => each ?? []),
        ...atWorkFor.flatMap((promise) => awaitersBehind(this.#net, promise)),
      ]
      const isUsed = functions.length + after.length + atWorkFor.length > 0
      const nodes = [...new Set(users)].filter(isShown).map((each) => this.#functionNode(each))
      for (const node of nodes) {
        if (!linked.has(node)) this.#link(resource, node, { ...IN_USE_BY, mode })
        linked.add(node)
      }
      // No function is behind it: whatever settles it.
      for (const [promise, each] of below) if (each === null) this.#follow(resource, promise, IN_USE_BY.via, mode)
      return { nodes, isLeaked: !isUsed && !isElsewhere, isUnseen: isUncounted && isElsewhere, openedAt }
    })
  }

  #link(from: Shown, to: Shown, { via, mode }: WaitStep, isHeldResolver = false): void {
    this.#links.push({ from, to, via, mode, isHeldResolver })
  }

  #functionNode(each: AsyncFunction): Shown {
    const known = this.#functions.get(each)
    if (known !== undefined) return known
    const node = this.#add({ index: this.#nodes.length, kind: 'function', function: each })
    this.#functions.set(each, node)
    return node
  }

  #promiseNode(promise: Id, settlings: readonly Settling[]): Shown {
    const known = this.#promises.get(promise)
    if (known !== undefined) return known
    const node = this.#add({ index: this.#nodes.length, kind: 'promise', promise, settlings })
    this.#promises.set(promise, node)
    return node
  }

  /**
   * Promises that one object will settle in the same way end in one leaf. The events of an emitter stay apart, and so do
   * promises that were made at different places, and those that something else can settle as well.
   */
  #leafNode(key: Id, promise: Id, leaf: Leaf): Shown {
    const known = this.#leaves.get(key)?.find((each) => isSameWay(each.leaf, leaf))
    if (known !== undefined) return known
    const node: LeafShown = { index: this.#nodes.length, kind: 'leaf', promise, leaf }
    this.#add(node)
    addTo(this.#leaves, key, node)
    return node
  }

  #add(node: Shown): Shown {
    this.#nodes.push(node)
    this.#todo.push(node)
    return node
  }

  #stuck(): ReadonlySet<Shown> {
    const isStuck = stuckAmong(this.#net, this.#settlers)
    return new Set(
      this.#nodes.filter((node) => {
        if (node.kind === 'function') return isStuck(node.function)
        if (node.kind === 'promise') return isStuck(node.promise)
        if (node.kind === 'leaf' && this.#resources.has(node)) return isStuck(node.promise)
        return node.kind === 'callbacks' && isStuck(node.chain.awaits)
      }),
    )
  }
}

function isSameWay(a: Leaf, b: Leaf): boolean {
  return a.label === b.label && a.never === b.never && isDeepStrictEqual(a.createdAt, b.createdAt)
}

function isShown({ isInternal }: AsyncFunction): boolean {
  return !isInternal
}
