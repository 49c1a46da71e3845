import { lastTaskNumber, numberRoot, numberTasksBy } from '../walk/tasks.js'
import { SharedMemory } from './shared-memory.js'

let sharedMemory: SharedMemory | null = null

/** Made when it is first needed, unless this thread was given that of the process. */
export function memory(): SharedMemory {
  if (sharedMemory === null) {
    const made = new SharedMemory()
    made.countTasksFrom(lastTaskNumber())
    numberTasksBy(() => made.nextTask())
    sharedMemory = made
  }
  return sharedMemory
}

export function adoptMemory(buffer: SharedArrayBuffer): void {
  const shared = new SharedMemory(buffer)
  numberTasksBy(() => shared.nextTask())
  numberRoot()
  sharedMemory = shared
}

/** In the whole process. */
export function pathsLost(): number {
  return sharedMemory?.dropped() ?? 0
}
