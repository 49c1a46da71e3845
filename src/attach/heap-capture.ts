import type { HeapGraph } from '../heap/heap-graph.js'
import { SnapshotReader } from '../heap/snapshot-reader.js'
import { activeTimers } from './active-timers.js'
import type { DevToolsSession } from './devtools-session.js'
import { type Held, heapPiece, heapPieces, hold } from './in-target.js'
import { byHandle, GET_BUILTIN, type Target } from './target.js'

/** The heap of one thread, with the objects in it that we also hold in the process. */
export interface HeapCapture {
  readonly heap: HeapGraph
  /** A handle on what is held. */
  readonly held: string
  /** By node: the place in the held array of promises. */
  readonly promiseIndices: ReadonlyMap<number, number>
  readonly timerIndices: ReadonlyMap<number, number>
  readonly handleIndices: ReadonlyMap<number, number>
  /** Nodes that are ours, not the program's. */
  readonly own: ReadonlySet<number>
  /** How long the thread stood still for it. */
  readonly pauseMs: number
}

/** The one that `await` uses, also if the program has put another class in the place of `Promise`. */
const PROMISE_PROTOTYPE = 'Object.getPrototypeOf((async () => {})())'

/**
 * Takes a heap snapshot of a thread, and holds its promises, timers and handles there to join them with it.
 *
 * @param isBusy the thread does not come to its event loop, but can be interrupted.
 */
export async function captureHeap(target: Target, timeoutMs: number, isBusy: boolean): Promise<HeapCapture> {
  const startedAt = performance.now()
  const getBuiltin = await target.handleOf(GET_BUILTIN)
  const { timers, clockOffsetMs } = await activeTimers(target, getBuiltin)
  const promises = await target.objectsWithPrototype(await target.handleOf(PROMISE_PROTOTYPE))
  const held = await target.callForHandle(promises, hold, byHandle(timers), byHandle(getBuiltin), clockOffsetMs)
  const heap = isBusy ? await interruptForSnapshot(target, getBuiltin) : await takeSnapshot(target.session, timeoutMs)
  const pauseMs = performance.now() - startedAt
  // After the snapshot: before it, V8 does not yet follow objects that it moves.
  const node = heap.nodeOfId(await target.heapIdOf(held))
  const arrays = {
    promises: heap.child(node, 'promises' satisfies keyof Held),
    timers: heap.child(node, 'timers' satisfies keyof Held),
    handles: heap.child(node, 'handles' satisfies keyof Held),
  }
  return {
    heap,
    held,
    promiseIndices: heap.placesIn(arrays.promises),
    timerIndices: heap.placesIn(arrays.timers),
    handleIndices: heap.placesIn(arrays.handles),
    own: new Set([
      node,
      ...Object.values(arrays),
      ...Object.values(arrays).map((array) => heap.child(array, 'elements')),
    ]),
    pauseMs,
  }
}

async function takeSnapshot(session: DevToolsSession, timeoutMs: number): Promise<HeapGraph> {
  const reader = new SnapshotReader()
  const stop = session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }: { chunk: string }) => reader.write(chunk))
  try {
    await session.call('HeapProfiler.enable')
    await session.call('HeapProfiler.takeHeapSnapshot', { reportProgress: false }, timeoutMs)
  } finally {
    stop()
  }
  return reader.end()
}

/** In one message. */
const PIECE_LENGTH = 1 << 20

async function interruptForSnapshot(target: Target, getBuiltin: string): Promise<HeapGraph> {
  const pieces = await target.callForHandle(getBuiltin, heapPieces, byHandle(getBuiltin))
  const reader = new SnapshotReader()
  for (let index = 0, start = 0; ; ) {
    const text = await target.callForValue<string | null>(pieces, heapPiece, index, start, PIECE_LENGTH)
    if (text === null) return reader.end()
    reader.write(text)
    const isAtEnd = text.length < PIECE_LENGTH
    start = isAtEnd ? 0 : start + PIECE_LENGTH
    if (isAtEnd) index++
  }
}
