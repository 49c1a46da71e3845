import { heapBytesUsed } from './in-target.js'
import { Refusal } from './refusal.js'
import type { SnapshotLimit } from './snapshot-limit.js'
import { GET_BUILTIN, type Target } from './target.js'

/** What a heap snapshot costs the process, as estimated before it. */
export interface Cost {
  readonly heapBytes: number
  readonly pauseMs: number
  readonly memoryBytes: number
}

/**
 * Measured on Node 20 to 26 on a slow machine: an object in 50 bytes of heap; 4 µs of pause and 650 bytes of memory
 * an object. Programs that hold long strings or large arrays cost less than this says.
 */
const BYTES_AN_OBJECT = 50
const PAUSE_MS_AN_OBJECT = 0.004
const MEMORY_AN_OBJECT = 650

const MAX_MEMORY = 1_500_000_000

export function estimatedCost(heapBytes: number): Cost {
  const objects = heapBytes / BYTES_AN_OBJECT
  return { heapBytes, pauseMs: objects * PAUSE_MS_AN_OBJECT, memoryBytes: objects * MEMORY_AN_OBJECT }
}

/** @throws {Refusal} where a snapshot would cost too much, unless it is wanted all the same. */
export async function checkCost(target: Target, { force, mostSnapshotMs }: SnapshotLimit): Promise<Cost> {
  const getBuiltin = await target.handleOf(GET_BUILTIN)
  const cost = estimatedCost(await target.runForValue<number>(getBuiltin, heapBytesUsed))
  if (!force && (cost.pauseMs > mostSnapshotMs || cost.memoryBytes > MAX_MEMORY)) {
    const { heapBytes, pauseMs, memoryBytes } = cost
    throw new Refusal(
      'too-costly',
      `a heap of ${megabytes(heapBytes)} would be paused for about ${Math.round(pauseMs / 1000)} s and take about ` +
        `${megabytes(memoryBytes)} more for that time: use --force to read it anyway`,
    )
  }
  return cost
}

function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`
}
