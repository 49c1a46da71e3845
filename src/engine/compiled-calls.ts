import { type Helper, helperAt, isCalledAtOnce, isForwarding } from './compiled-helpers.js'
import { joined, joinedText, last, map, slice } from './lists.js'
import { freeze, OwnMap, OwnWeakMap, test } from './primordials.js'
import { newSiteId, type Site } from './site.js'

const NEXT = /\b(?:next|throw)$/
const MAX_KEPT = 10_000
const merged = new OwnMap<string, Site>()
const folded = new OwnWeakMap<readonly Site[], readonly Site[]>()

/** A stack with one place a function, as the author wrote it: compilers call an async function through helpers. */
export function asWritten(sites: readonly Site[]): readonly Site[] {
  const known = folded.get(sites)
  if (known !== undefined) return known
  const written = fold(sites)
  // Few stacks have anything to fold, and a table of all of them would grow between two collections.
  if (written !== sites) folded.set(sites, written)
  return written
}

function fold(sites: readonly Site[]): readonly Site[] {
  const written: Site[] = []
  let at = 0
  let isFolded = false
  while (at < sites.length) {
    const run = runAt(sites, at)
    if (run === null) {
      written[written.length] = sites[at++] as Site
      continue
    }
    isFolded = true
    const { end, entry } = run
    const isBody = isGenerator(sites[at] as Site) && isAuthors(last(written))
    const body = isBody ? (last(written) as Site) : null
    if (isBody) written.length--
    if (!run.isAsync) {
      // A generator of the author's, which is none of a function that awaits.
      if (body !== null) written[written.length] = body
      at = end
      continue
    }
    const outer = entry === null ? null : outerOf(sites, end, entry)
    const next = outer === null ? end : outer + 1
    const helpers = slice(sites, at, next)
    written[written.length] = call(body, outer === null ? null : (sites[outer] as Site), entry === null, helpers)
    at = next
  }
  return isFolded ? written : sites
}

interface Run {
  /** The first place below it. */
  readonly end: number
  /** The helper that made the promise; null where the function was resumed. */
  readonly entry: Helper | null
  readonly isAsync: boolean
}

/** Helpers that call each other, with V8's own functions between them; null where none stands here. */
function runAt(sites: readonly Site[], from: number): Run | null {
  let end = from
  let isAsync = false
  for (let at = from; at < sites.length; at++) {
    const site = sites[at] as Site
    if (isBuiltin(site)) continue
    const helper = helperAt(site)
    if (helper === null) break
    end = at + 1
    isAsync ||= helper.kind !== 'generator'
    if (helper.isEntry) return { end, entry: helper, isAsync }
  }
  return end === from ? null : { end, entry: null, isAsync }
}

/** The place of the author's function that was called; null where it is none of its own, as a callback that is passed on. */
function outerOf(sites: readonly Site[], from: number, { kind }: Helper): number | null {
  const first = sites[from]
  if (!isAuthors(first)) return null
  if (kind === 'called inside') return from
  let at = from
  while (isAuthors(sites[at]) && isForwarding(sites[at] as Site)) at++
  if (at > from) return at - 1
  return isCalledAtOnce(first as Site) ? from : null
}

function call(body: Site | null, outer: Site | null, isResumed: boolean, helpers: readonly Site[]): Site {
  const places = body === null ? helpers : joined([body], helpers)
  const key = joinedText(
    map(places, ({ id }) => `${id}`),
    ' ',
  )
  let site = merged.get(key)
  if (site === undefined) {
    const at = body ?? outer ?? (last(places) as Site)
    const own = outer ?? at
    site = freeze({
      ...at,
      id: newSiteId(),
      name: outer?.name ?? body?.name ?? '<anonymous>',
      enclosingLine: own.enclosingLine,
      enclosingColumn: own.enclosingColumn,
      isModule: false,
      compiled: freeze({ isResumed, isRunning: body !== null, places: freeze(places) }),
    })
    if (merged.size >= MAX_KEPT) merged.clear()
    merged.set(key, site)
  }
  return site
}

function isAuthors(site: Site | undefined): site is Site {
  return site !== undefined && site.script !== null && !site.isInternal && site.compiled === undefined
}

function isBuiltin({ script }: Site): boolean {
  return !script
}

/** Where a generator's body is called from: V8's own `next` and `throw`, or a helper in place of them. */
function isGenerator(site: Site): boolean {
  return isBuiltin(site) ? test(NEXT, site.name) : helperAt(site)?.kind === 'generator'
}
