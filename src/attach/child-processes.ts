import { readdirSync } from 'node:fs'
import { STAT, statFieldsOf } from '../memory/process-stat.js'

/** Every process of this machine that can be seen, by number. Linux. */
export function allPids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
}

export function childrenOf(pid: number): number[] {
  return allPids().filter((each) => parentOf(each) === pid)
}

/** Null where the process has ended. */
function parentOf(pid: number): number | null {
  try {
    return Number(statFieldsOf(`/proc/${pid}`)[STAT.parent])
  } catch {
    return null
  }
}
