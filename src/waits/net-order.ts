import type { Location } from '../heap/heap-view.js'
import type { Frame } from '../model/frame.js'
import { canonicalOrder, type OrderedEdge, type OrderedNode } from './canonical-order.js'
import type { AsyncFunction, Id, Settling } from './net.js'
import type { HeldPart, Settler } from './source.js'

/** What a heap knows of its waits, in any order. */
export interface UnorderedWaits {
  readonly functions: readonly AsyncFunction[]
  readonly settlings: readonly Settling[]
  /** Where a function begins. */
  beginningOf(id: Id): Location | null
  /** Of a promise that neither a function nor a settling settles. */
  settlerOf(promise: Id): Settler
}

export interface OrderedWaits {
  readonly functions: readonly AsyncFunction[]
  readonly settlings: readonly Settling[]
}

/**
 * Puts functions in the order of their awaits in the source, else of their beginnings, and those that are alike in an order that what
 * they wait for tells, so that an answer does not depend on where V8 has put the objects.
 */
export function inOrder(waits: UnorderedWaits): OrderedWaits {
  const net = new OrderedNet(waits)
  const places = canonicalOrder(net.nodes, net.edges)
  const placeOf = (id: Id) => places[net.nodeOf(id)] ?? 0
  const functions = waits.functions
    .map((each) => ({ each, place: placeOf(each.id) }))
    .sort((a, b) => a.place - b.place)
    .map(({ each }) => each)
  const settlings = waits.settlings
    .map((each, i) => ({ each, of: placeOf(each.of), on: placeOf(each.on), label: labelOf(each), i }))
    .sort((a, b) => a.of - b.of || compareTexts(a.label, b.label) || a.on - b.on || a.i - b.i)
    .map(({ each }) => each)
  return { functions, settlings }
}

class OrderedNet {
  readonly nodes: OrderedNode[] = []
  readonly edges: OrderedEdge[] = []
  readonly #numbers = new Map<Id, number>()
  readonly #ends = new Map<Id, number>()

  constructor(waits: UnorderedWaits) {
    const { functions, settlings } = waits
    this.#addFunctions(waits)
    for (const { id, awaits, settles } of functions) {
      if (awaits !== null) this.#connect(id, awaits, 'awaits')
      for (const [i, promise] of settles.entries()) this.#connect(promise, id, `settled ${i}`)
    }
    for (const each of settlings) this.#connect(each.of, each.on, labelOf(each))
    const settled = new Set([...settlings.map(({ of }) => of), ...functions.flatMap(({ settles }) => settles)])
    const waitedFor = new Set([...settlings.map(({ on }) => on), ...functions.flatMap(({ awaits }) => awaits ?? [])])
    for (const promise of waitedFor) if (!settled.has(promise)) this.#addEnd(promise, waits.settlerOf(promise))
  }

  nodeOf(id: Id): number {
    let node = this.#numbers.get(id)
    if (node === undefined) {
      node = this.nodes.push({ rank: RANK_OF_PROMISES, text: '' }) - 1
      this.#numbers.set(id, node)
    }
    return node
  }

  /** Functions at one place have one rank. */
  #addFunctions({ functions, beginningOf }: UnorderedWaits): void {
    const placed = functions.map((each) => ({ each, beginning: beginningOf(each.id) }))
    const compare = (a: Placed, b: Placed) =>
      comparePlaces(a.each.frame, b.each.frame) || compareLines(a.beginning, b.beginning)
    placed.sort(compare)
    let rank = 0
    for (const [i, next] of placed.entries()) {
      const before = placed[i - 1]
      if (before !== undefined && compare(before, next) !== 0) rank = i
      const { each, beginning } = next
      const text = JSON.stringify([each.frame, beginning?.line, beginning?.column, each.name, each.kind])
      this.#numbers.set(each.id, this.nodes.push({ rank, text }) - 1)
    }
  }

  #addEnd(promise: Id, settler: Settler): void {
    if (settler.kind === 'settlings') {
      for (const { on } of settler.settlings) this.#connect(promise, on, 'held')
      return
    }
    const text = JSON.stringify(settler.end)
    const key = settler.kind === 'end' ? settler.key : promise
    let end = this.#ends.get(key)
    if (end === undefined) {
      end = this.nodes.push({ rank: RANK_OF_ENDS, text: '' }) - 1
      this.#ends.set(key, end)
    }
    this.edges.push({ from: this.nodeOf(promise), to: end, label: text })
    if (settler.kind === 'functions') {
      for (const id of settler.ids) this.#connect(promise, id, 'held')
      return
    }
    for (const part of [...(settler.heldBy?.parts ?? []), ...(settler.settledBy ? [settler.settledBy] : [])])
      for (const [id, label] of usersOf(part)) this.edges.push({ from: end, to: this.nodeOf(id), label })
    for (const id of settler.heldBy?.later ?? []) this.edges.push({ from: end, to: this.nodeOf(id), label: 'later' })
  }

  #connect(from: Id, to: Id, label: string): void {
    this.edges.push({ from: this.nodeOf(from), to: this.nodeOf(to), label })
  }
}

interface Placed {
  readonly each: AsyncFunction
  readonly beginning: Location | null
}

/** Functions have their places among themselves. */
const RANK_OF_ENDS = Number.MAX_SAFE_INTEGER - 1
const RANK_OF_PROMISES = Number.MAX_SAFE_INTEGER

function usersOf({ functions, after, atWorkFor }: HeldPart): [Id, string][] {
  return [
    ...functions.map((id): [Id, string] => [id, 'has']),
    ...after.map((id): [Id, string] => [id, 'after']),
    ...atWorkFor.map((id): [Id, string] => [id, 'at work for']),
  ]
}

function labelOf({ kind, member, callback }: Settling): string {
  const index = member === undefined ? '' : `${member.combinator} ${String(member.index).padStart(9)}`
  return `${kind} ${index} ${callback === null ? '' : JSON.stringify(callback.frame)}`
}

type Line = Pick<Frame, 'line' | 'column'>

/** Those without a place come last. */
function comparePlaces(a: Frame | null, b: Frame | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return compareTexts(a.filename ?? '', b.filename ?? '') || compareLines(a, b)
}

function compareLines(a: Line | null, b: Line | null): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0)
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
