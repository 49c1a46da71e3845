import type { Holder } from '../heap/holder.js'
import { hasTurn, type Turns } from '../heap/own-turns.js'
import type { PartInUse } from '../heap/resource-parts.js'
import type { Frame } from '../model/frame.js'
import type { Waker } from '../model/resource.js'
import { UNKNOWN_END, type WaitEnd } from '../model/wait-end.js'
import type { Id, Settling } from './net.js'
import type { HeldPart, HeldParts, Settler } from './source.js'

/** What a source calls the nodes of a heap. Null for one that it does not know. */
export interface SourceIds {
  functionOf(generator: number): Id | null
  promiseOf(node: number): Id | null
  objectOf(node: number): Id
  /** Where a suspended function awaits, in its script as it runs; null if that is not known. */
  awaitPlaceOf(generator: number): ScriptAwait | null
  /** Where an active socket or the like was made; null if that is not known. */
  openedAt(handle: number): Frame | null
}

/** 1-based. */
export interface ScriptAwait {
  readonly line: number
  readonly column: number
}

/** What would settle a promise, from what holds its resolver. */
export function settlerOfHolder(promise: Id, holder: Holder, end: WaitEnd, ids: SourceIds): Settler {
  if (holder.kind === 'promise') {
    const on = ids.promiseOf(holder.node)
    if (on === null || on === promise) return { kind: 'end', key: promise, end: UNKNOWN_END }
    const settling: Settling = { on, of: promise, kind: 'held resolver', mode: 'all', callback: null }
    return { kind: 'settlings', settlings: [settling] }
  }
  if (holder.kind === 'suspended') {
    const known = holder.generators.flatMap((generator) => ids.functionOf(generator) ?? [])
    return { kind: 'functions', ids: known.length === holder.generators.length ? known : [], end }
  }
  const turns = holder.kind === 'object' || holder.kind === 'variable' ? holder.turns : undefined
  const heldBy = turns === undefined ? null : turnsOf(turns, ids)
  if (turns !== undefined && heldBy !== null) {
    const waker = turnOf(end.waker, turns.queue.fields.length === 1)
    return { kind: 'end', key: ids.objectOf(turns.queue.node), end: { ...end, waker }, heldBy }
  }
  const settler = { kind: 'end', key: 'node' in holder ? ids.objectOf(holder.node) : promise, end } as const
  if (holder.kind === 'object' && holder.users !== undefined)
    return { ...settler, settledBy: heldPart(holder.users, ids) }
  if (holder.kind !== 'resource') return settler
  const parts = holder.inUse.map((part) => heldPart(part, ids))
  return { ...settler, heldBy: { parts, mode: holder.resource.needsAll ? 'all' : 'any' } }
}

/** Who has a turn, by where each function awaits; null if none is known to. */
function turnsOf({ functions, areLent, isOpen }: Turns, ids: SourceIds): HeldParts | null {
  const known = functions.map((each) => {
    const place = ids.awaitPlaceOf(each.generator)
    return { id: ids.functionOf(each.generator), has: place !== null && hasTurn(each, place), isPlaced: place !== null }
  })
  const parts = known.flatMap(({ id, has }) => (has && id !== null ? [{ ...NOTHING, functions: [id] }] : []))
  if (parts.length === 0) {
    if (!areLent || known.some(({ has, isPlaced }) => has || !isPlaced)) return null
    // Who has them has gone, or holds them in another way than by a function that is suspended.
    return { parts: [{ ...NOTHING, isElsewhere: isOpen }], mode: 'any', isOpen, isUncounted: true }
  }
  const later = known.flatMap(({ id, has }) => (has || id === null ? [] : [id]))
  return { parts, mode: 'any', later, isOpen: isOpen || known.some(({ id }) => id === null) }
}

const NOTHING = { functions: [], after: [], atWorkFor: [], isElsewhere: false }

/** @param isOneField whether its path tells it from other queues of the object. */
function turnOf(waker: Waker, isOneField: boolean): Waker {
  if (waker.kind !== 'object' && waker.kind !== 'variable') return waker
  const className = waker.kind === 'variable' ? waker.name : `${waker.className}${isOneField ? waker.path : ''}`
  return { kind: 'queue', what: 'a turn', package: null, className, inUse: null, capacity: null, behind: null }
}

/** What the source does not know may have it as well. */
function heldPart(part: PartInUse, ids: SourceIds): HeldPart {
  const functions = part.generators.flatMap((generator) => ids.functionOf(generator) ?? [])
  const after = part.after.flatMap((node) => ids.promiseOf(node) ?? [])
  const atWorkFor = part.atWorkFor.flatMap((node) => ids.promiseOf(node) ?? [])
  const isAll =
    functions.length === part.generators.length &&
    after.length === part.after.length &&
    atWorkFor.length === part.atWorkFor.length
  const openedAt = part.handle === undefined ? null : ids.openedAt(part.handle)
  const opened = openedAt === null ? {} : { openedAt }
  return { functions, after, atWorkFor, isElsewhere: part.isElsewhere || !isAll, ...opened }
}
