import { SharedMemory } from './shared-memory.js'

let sharedMemory: SharedMemory | null = null

/** Made when it is first needed, unless this thread was given that of the process. */
export function memory(): SharedMemory {
  sharedMemory ??= new SharedMemory()
  return sharedMemory
}

export function adoptMemory(buffer: SharedArrayBuffer): void {
  sharedMemory = new SharedMemory(buffer)
}

/** In the whole process. */
export function pathsLost(): number {
  return sharedMemory?.dropped() ?? 0
}
