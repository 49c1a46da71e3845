import type { Location } from '../heap/heap-view.js'
import type { Frame } from '../model/frame.js'
import { canonicalOrder } from './canonical-order.js'
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
  const atPlace = new Array<AsyncFunction | null>(places.length).fill(null)
  for (const each of waits.functions) atPlace[placeOf(each.id)] = each
  const functions = atPlace.filter((each) => each !== null)
  const settlings = waits.settlings
    .map((each, i) => ({ each, of: placeOf(each.of), on: placeOf(each.on), label: labelOf(each), i }))
    .sort((a, b) => a.of - b.of || compareTexts(a.label, b.label) || a.on - b.on || a.i - b.i)
    .map(({ each }) => each)
  return { functions, settlings }
}

class OrderedNet {
  readonly nodes = { ranks: [] as number[], texts: [] as string[] }
  readonly edges = { from: [] as number[], to: [] as number[], labels: [] as string[] }
  readonly #numbers = new Map<Id, number>()
  readonly #ends = new Map<Id, number>()
  #functionRanks = 0

  constructor(waits: UnorderedWaits) {
    const { functions, settlings } = waits
    this.#addFunctions(waits)
    for (const { id, awaits, settles } of functions) {
      if (awaits !== null) this.#connect(id, awaits, 'awaits')
      for (const [i, promise] of settles.entries()) this.#connect(promise, id, `settled ${i}`)
    }
    for (const each of settlings) this.#connect(each.of, each.on, labelOf(each))
    const settled = new Set<Id>()
    const waitedFor = new Set<Id>()
    for (const { of, on } of settlings) {
      settled.add(of)
      waitedFor.add(on)
    }
    for (const { settles, awaits } of functions) {
      for (const promise of settles) settled.add(promise)
      if (awaits !== null) waitedFor.add(awaits)
    }
    for (const promise of waitedFor) if (!settled.has(promise)) this.#addEnd(promise, waits.settlerOf(promise))
  }

  nodeOf(id: Id): number {
    let node = this.#numbers.get(id)
    if (node === undefined) {
      node = this.#addNode(this.#functionRanks + PROMISES, '')
      this.#numbers.set(id, node)
    }
    return node
  }

  #addNode(rank: number, text: string): number {
    this.nodes.texts.push(text)
    return this.nodes.ranks.push(rank) - 1
  }

  #addEdge(from: number, to: number, label: string): void {
    this.edges.from.push(from)
    this.edges.to.push(to)
    this.edges.labels.push(label)
  }

  /** Functions at one place have one rank. */
  #addFunctions({ functions, beginningOf }: UnorderedWaits): void {
    const alike = new Map<string, Alike>()
    const texts = new Texts()
    for (const each of functions) {
      const { frame } = each
      const beginning = beginningOf(each.id)
      const text = texts.textOf(each, beginning)
      const known = alike.get(text)
      if (known === undefined) alike.set(text, { frame, beginning, functions: [each] })
      else known.functions.push(each)
    }
    const compare = (a: Alike, b: Alike) => comparePlaces(a.frame, b.frame) || compareLines(a.beginning, b.beginning)
    const sorted = [...alike].sort(([, a], [, b]) => compare(a, b))
    let rank = 0
    this.#functionRanks = sorted.length
    for (const [i, [text, group]] of sorted.entries()) {
      const before = sorted[i - 1]?.[1]
      if (before !== undefined && compare(before, group) !== 0) rank++
      for (const { id } of group.functions) this.#numbers.set(id, this.#addNode(rank, text))
    }
  }

  #addEnd(promise: Id, settler: Settler): void {
    if (settler.kind === 'settlings') {
      for (const { on } of settler.settlings) this.#connect(promise, on, 'held')
      return
    }
    const text = JSON.stringify(settler.end, withoutRemaining)
    const key = settler.kind === 'end' ? settler.key : promise
    let end = this.#ends.get(key)
    if (end === undefined) {
      end = this.#addNode(this.#functionRanks + ENDS, '')
      this.#ends.set(key, end)
    }
    this.#addEdge(this.nodeOf(promise), end, text)
    if (settler.kind === 'functions') {
      for (const id of settler.ids) this.#connect(promise, id, 'held')
      return
    }
    for (const part of [...(settler.heldBy?.parts ?? []), ...(settler.settledBy ? [settler.settledBy] : [])])
      for (const [id, label] of usersOf(part)) this.#addEdge(end, this.nodeOf(id), label)
    for (const id of settler.heldBy?.later ?? []) this.#addEdge(end, this.nodeOf(id), 'later')
  }

  #connect(from: Id, to: Id, label: string): void {
    this.#addEdge(this.nodeOf(from), this.nodeOf(to), label)
  }
}

/** What functions say of themselves: thousands may share one frame. */
class Texts {
  readonly #known = new Map<Frame | null, { readonly said: readonly unknown[]; readonly text: string }>()

  textOf({ frame, name, kind }: AsyncFunction, beginning: Location | null): string {
    const said = [beginning?.line, beginning?.column, name, kind]
    const known = this.#known.get(frame)
    if (known?.said.every((each, i) => each === said[i]) === true) return known.text
    const text = JSON.stringify([frame, ...said])
    this.#known.set(frame, { said, text })
    return text
  }
}

/** A moment later it is another: the order is to be the same. */
function withoutRemaining(key: string, value: unknown): unknown {
  return key === 'remainingMs' || key === 'nextInMs' ? undefined : value
}

/** Functions that say the same of themselves. */
interface Alike {
  readonly frame: Frame | null
  readonly beginning: Location | null
  readonly functions: AsyncFunction[]
}

/** Behind the ranks of functions. */
const ENDS = 0
const PROMISES = 1

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
