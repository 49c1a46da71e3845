import { OwnMap } from '../engine/primordials.js'
import type { Site } from '../engine/site.js'

/** What is begun again and again at one place has one list of places: thousands of pending calls are few stacks. */
const MAX_STACKS = 1_000
const LONGEST = 64
const stacks = new OwnMap<string, readonly Site[]>()

/** The same list for the same places. */
export function sharedStack(sites: readonly Site[]): readonly Site[] {
  if (sites.length > LONGEST) return sites
  let key = ''
  for (let i = 0; i < sites.length; i++) key += `${(sites[i] as Site).id} `
  const known = stacks.get(key)
  if (known !== undefined) return known
  if (stacks.size >= MAX_STACKS) stacks.clear()
  stacks.set(key, sites)
  return sites
}
