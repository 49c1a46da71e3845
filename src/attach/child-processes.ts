import { readdirSync } from 'node:fs'
import { STAT, statFieldsOf } from '../memory/process-stat.js'

/** Every process of this machine that can be seen, by number. Linux. */
export function allPids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
}

export function childrenOf(pid: number): number[] {
  return allPids().filter((each) => parentOf(each) === pid)
}

/** Its parent first. */
export function ancestorsOf(pid: number): number[] {
  const found: number[] = []
  // 0 is the parent of the first process, and of one whose parent is in another pid namespace.
  for (let each = parentOf(pid); each !== null && each > 0 && !found.includes(each); each = parentOf(each)) {
    found.push(each)
  }
  return found
}

/** Null where the process has ended. */
function parentOf(pid: number): number | null {
  try {
    return Number(statFieldsOf(`/proc/${pid}`)[STAT.parent])
  } catch {
    return null
  }
}
