import { operatingSystem } from '../operating-system/present-system.js'

/** Of the processes that can be seen, each with its parent; read anew, as they come and go. */
export type Parents = ReadonlyMap<number, number>

export function childrenOf(pid: number, parents: Parents = operatingSystem().parents()): number[] {
  return [...parents].flatMap(([child, parent]) => (parent === pid ? [child] : []))
}

/** Its parent first. */
export function ancestorsOf(pid: number, parents: Parents = operatingSystem().parents()): number[] {
  const found: number[] = []
  // 0 is the parent of the first process, and of one whose parent is in another pid namespace.
  for (let each = parents.get(pid); each !== undefined && each > 0 && !found.includes(each); each = parents.get(each)) {
    found.push(each)
  }
  return found
}
