import { getHeapSnapshot } from 'node:v8'

/** Node's stream of a snapshot. */
interface SnapshotStream {
  push(piece: Uint8Array | null): boolean
  _read(): void
  destroy(): void
}

/**
 * Takes a snapshot of this thread's heap at once; it goes out in pieces of JSON. Node's stream of it has the whole
 * snapshot pushed within one `_read` (Node 20 to 26); an inspector session would take it later, on 22 and later.
 */
export function snapshotHeap(write: (piece: string) => void): void {
  const stream = getHeapSnapshot() as unknown as SnapshotStream
  const receiver: { write: typeof write | null } = { write }
  const push = pushTo(receiver)
  stream.push = (piece) => {
    // At the end Node asks its stream for more, which would have the snapshot written a second time (Node 20 to 26).
    if (piece === null) stream._read = () => {}
    return push(piece)
  }
  try {
    stream._read()
  } finally {
    // Node lets go of its stream only in a later turn: it is not to keep what was read.
    receiver.write = null
    stream.destroy()
  }
}

function pushTo(receiver: { readonly write: ((piece: string) => void) | null }): SnapshotStream['push'] {
  // V8 writes ASCII only.
  const decoder = new TextDecoder('latin1')
  return (piece) => {
    if (piece !== null) receiver.write?.(decoder.decode(piece))
    return true
  }
}
