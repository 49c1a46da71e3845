/** How the files that a process prints to have grown; '' where it does not print to files. */
export type OutputSizes = () => string

export interface QuietClock {
  /** Whether something has happened since it was last asked. @param count changes with all that happens. */
  isActive(count: number): boolean
  /** What async-trace has printed by itself is no activity. */
  leaveOutOwnOutput(): void
  /** @returns for how many times the limit the run has been quiet, once for each time; else 0. */
  tick(count: number, isResting: boolean): number
}

/** Measures how long a run has been quiet. It is also sent to a thread as text, so it may refer to nothing but its arguments. */
export function quietClock(quietMs: number, now: () => number, sizes: OutputSizes): QuietClock {
  let lastCount = -1
  let lastSizes = ''
  let sinceMs = now()
  let alarms = 0
  const isActive = (count: number): boolean => {
    const newSizes = sizes()
    if (count === lastCount && newSizes === lastSizes) return false
    lastCount = count
    lastSizes = newSizes
    sinceMs = now()
    alarms = 0
    return true
  }
  return {
    isActive,
    leaveOutOwnOutput() {
      lastSizes = sizes()
    },
    tick(count, isResting) {
      if (isResting) {
        sinceMs = now()
        alarms = 0
      }
      if (isActive(count)) return 0
      if (alarms === 2 || now() - sinceMs < (alarms + 1) * quietMs) return 0
      alarms++
      return alarms
    },
  }
}

/** Sent as text, too. */
export function sizesOfOutputFiles(fs: Pick<typeof import('node:fs'), 'fstatSync'>): string {
  const found = [1, 2].map((fd) => {
    try {
      const stat = fs.fstatSync(fd)
      return stat.isFile() ? stat.size : 0
    } catch {
      return 0
    }
  })
  return found.join(' ')
}
