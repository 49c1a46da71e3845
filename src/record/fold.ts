import { every, joined, map, reversed, slice } from '../engine/lists.js'
import { includesText } from '../engine/primordials.js'
import type { Site } from '../engine/site.js'
import { ForeignOrigin } from './foreign.js'
import { readHop } from './hop.js'
import { CapturedStack, type Hop, isEnd, Origin, SEGMENT } from './origin.js'

/** A group of repeating hops is at most this long. */
const MAX_PERIOD = 8
/** A chain that does not repeat keeps this many of its newest hops, and of its oldest. */
const KEEP_NEWEST = 128
const KEEP_OLDEST = 64
const NOTHING = ''
const NO_HOPS = { hops: [], turns: 1, leftOut: 0 }

/** One hop, or a group of hops (newest first) and how often it was gone through. */
interface Run {
  readonly hops: readonly Hop[]
  readonly keys: readonly string[]
  readonly turns: number
  /** The origin that stands for the run in the chain; null where one has to be made. */
  readonly origin: Origin | null
}

/**
 * Keeps a chain of origins bounded by its shape: hops that add nothing go, a group that repeats is stored
 * once, and of what is still too long the middle is left out and counted.
 *
 * @returns the origin that stands for the same path, for new work to have as its parent.
 */
export function foldChain(newest: Origin, epoch: number, budget: number): Origin {
  const chain: Run[] = []
  let callee: readonly Site[] | null = null
  let end: Origin | null = newest
  for (; end !== null && !isEnd(end) && !(end instanceof ForeignOrigin); end = end.parent) {
    const run = runOf(end, callee)
    callee = end.stack === null ? null : (run.hops[0]?.bottom ?? null)
    if (run.keys[0] !== NOTHING) chain[chain.length] = run
  }
  const runs: Run[] = []
  for (let i = chain.length - 1; i >= 0; i--) {
    runs[runs.length] = chain[i] as Run
    mergeNewest(runs)
  }
  let base = end
  const kept = cutMiddle(runs)
  for (let i = 0; i < kept.length; i++) base = link(kept[i] as Run, base, epoch)
  const folded = base ?? new Origin(null, 0, null, 'async', epoch, budget)
  folded.foldIn = budget
  newest.folded = folded
  return folded
}

function runOf(origin: Origin, callee: readonly Site[] | null): Run {
  if (origin.stack === null) {
    const { hops, turns, leftOut } = origin.fold ?? NO_HOPS
    const keys = hops.length === 0 ? [`gap ${leftOut}`] : map(hops, keyOf)
    return { hops, keys, turns, origin }
  }
  const hop = readHop(origin, callee)
  return { hops: [hop], keys: [keyOf(hop)], turns: 1, origin }
}

/** Two hops are alike if they add the same frames of the program; what Node does between may differ. */
function keyOf(hop: Hop): string {
  if (!hop.isCertain) return 'uncertain'
  let key = hop.hasGap ? 'not traced,' : ''
  const { sites } = hop
  for (let i = 0; i < sites.length; i++) {
    if (i === hop.boundaryAt) key += `${hop.boundary}:`
    if (!(sites[i] as Site).isInternal) key += `${(sites[i] as Site).id},`
  }
  return includesText(key, ',') ? key : NOTHING
}

function mergeNewest(runs: Run[]): void {
  for (let period = 1; period <= MAX_PERIOD; period++) {
    const newest = slice(runs, -period)
    if (newest.length < period || !every(newest, isSingle)) return
    const keys = reversed(map(newest, onlyKey))
    const before = runs[runs.length - period - 1]
    if (before !== undefined && sameKeys(before.keys, keys)) {
      replaceNewest(runs, period + 1, { ...before, turns: before.turns + 1, origin: null })
      return
    }
    const older = slice(runs, -2 * period, -period)
    if (older.length < period || !every(older, isSingle)) continue
    if (!sameKeys(reversed(map(older, onlyKey)), keys)) continue
    const hops = reversed(map(newest, (run) => run.hops[0] as Hop))
    replaceNewest(runs, 2 * period, { hops, keys, turns: 2, origin: null })
    return
  }
}

function onlyKey(run: Run): string {
  return run.keys[0] as string
}

function replaceNewest(runs: Run[], count: number, run: Run): void {
  runs.length -= count
  runs[runs.length] = run
}

function isSingle(run: Run): boolean {
  return run.turns === 1 && run.hops.length === 1
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && every(a, (key, i) => key === b[i])
}

function cutMiddle(runs: readonly Run[]): readonly Run[] {
  if (runs.length <= KEEP_OLDEST + KEEP_NEWEST) return runs
  let leftOut = 0
  for (let i = KEEP_OLDEST; i < runs.length - KEEP_NEWEST; i++) {
    const run = runs[i] as Run
    leftOut += run.origin?.fold?.leftOut || run.hops.length * run.turns
  }
  const gap = new Origin(null, 0, null, 'async', -1, 0)
  gap.fold = { hops: [], turns: 1, leftOut }
  const run: Run = { hops: [], keys: ['gap'], turns: 1, origin: gap }
  return joined(slice(runs, 0, KEEP_OLDEST), [run], slice(runs, -KEEP_NEWEST))
}

function link(run: Run, parent: Origin | null, epoch: number): Origin {
  const { origin } = run
  if (origin !== null) {
    // Its callers were recorded with the chain as it was: they must not keep that alive.
    for (let o: Origin | null = origin; o !== null && o !== SEGMENT; o = o.awaiter) o.parent = parent
    return origin
  }
  const group = new Origin(null, 0, parent, 'async', epoch, 0)
  group.fold = { hops: map(run.hops, withoutChain), turns: run.turns, leftOut: 0 }
  return group
}

/** A hop whose task's origin keeps no chain alive. */
function withoutChain(hop: Hop): Hop {
  if (hop.task === null || hop.task.parent === null) return hop
  const task = new Origin(new CapturedStack(null, hop.task.stack?.atMs ?? 0), 0, null, hop.task.kind, -1, 0)
  task.task = hop.task.task
  return { ...hop, task }
}
