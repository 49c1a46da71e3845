import { readdirSync, readFileSync } from 'node:fs'
import { STAT, statFieldsOf } from './process-stat.js'

/**
 * For each thread its state, how long it has run, and how often it has begun to. The kernel adds the time of a thread that runs
 * only every few milliseconds, so the state is needed as well; a thread that slept before and after, and has not begun to run
 * more often, did not run. Source: Documentation/scheduler/sched-stats.rst
 */
export function runTimes(pid: number): string {
  const folder = `/proc/${pid}/task`
  return readdirSync(folder)
    .map((thread) => {
      try {
        const state = statFieldsOf(`${folder}/${thread}`)[STAT.state] ?? ''
        return `${thread} ${state} ${readFileSync(`${folder}/${thread}/schedstat`, 'latin1')}`
      } catch {
        return `${thread} ended`
      }
    })
    .join()
}

/** Whether a thread runs, or would if it had a processor. */
export function isRunning(times: string): boolean {
  return /^\d+ R /m.test(times.replaceAll(',', '\n'))
}
