import type { Site } from '../engine/call-sites.js'

/** What is begun again and again at one place has one list of places: thousands of pending calls are few stacks. */
const MAX_STACKS = 1_000
const LONGEST = 64
const stacks = new Map<string, readonly Site[]>()

/** The same list for the same places. */
export function sharedStack(sites: readonly Site[]): readonly Site[] {
  if (sites.length > LONGEST) return sites
  let key = ''
  for (const { id } of sites) key += `${id} `
  const known = stacks.get(key)
  if (known !== undefined) return known
  if (stacks.size >= MAX_STACKS) stacks.clear()
  stacks.set(key, sites)
  return sites
}
