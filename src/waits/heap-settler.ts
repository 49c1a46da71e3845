import type { Holder } from '../heap/holder.js'
import type { PartInUse } from '../heap/resource-parts.js'
import { UNKNOWN_END, type WaitEnd } from '../model/wait-end.js'
import type { Id, Settling } from './net.js'
import type { HeldPart, Settler } from './source.js'

/** What a source calls the nodes of a heap. Null for one that it does not know. */
export interface SourceIds {
  functionOf(generator: number): Id | null
  promiseOf(node: number): Id | null
  objectOf(node: number): Id
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
  const settler = { kind: 'end', key: 'node' in holder ? ids.objectOf(holder.node) : promise, end } as const
  if (holder.kind === 'object' && holder.users !== undefined)
    return { ...settler, settledBy: heldPart(holder.users, ids) }
  if (holder.kind !== 'resource') return settler
  const parts = holder.inUse.map((part) => heldPart(part, ids))
  return { ...settler, heldBy: { parts, mode: holder.resource.needsAll ? 'all' : 'any' } }
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
  return { functions, after, atWorkFor, isElsewhere: part.isElsewhere || !isAll }
}
