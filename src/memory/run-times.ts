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

const GLANCE_MS = 50
const NS_A_MS = 1e6
/** The kernel adds the time of a running thread every few milliseconds. */
const MOST_OF_IT = 0.8

/** Whether the main thread does nothing but run, for as long as it is looked at. */
export async function isComputing(pid: number): Promise<boolean> {
  const [before, startedMs] = [ranMs(pid), performance.now()]
  await new Promise((resolve) => setTimeout(resolve, GLANCE_MS))
  const [after, endedMs] = [ranMs(pid), performance.now()]
  return after - before > (endedMs - startedMs) * MOST_OF_IT
}

/** How long the main thread has run and waited for a processor. */
function ranMs(pid: number): number {
  const [ran = 0, waited = 0] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'latin1').split(' ').map(Number)
  return (ran + waited) / NS_A_MS
}
