import { readFileSync } from 'node:fs'

/** Places in what `statFieldsOf` gives. Source: proc_pid_stat(5). */
export const STAT = {
  state: 0,
  parent: 1,
  group: 2,
  session: 3,
  terminal: 4,
  foregroundGroup: 5,
  userTicks: 11,
  systemTicks: 12,
  startTicks: 19,
} as const

/**
 * What the kernel says of a process or thread, behind its name, in which anything may stand.
 *
 * @param folder `/proc/PID` or `/proc/PID/task/THREAD`.
 */
export function statFieldsOf(folder: string): string[] {
  const stat = readFileSync(`${folder}/stat`, 'latin1')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
