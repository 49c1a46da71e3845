import { constants, createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { Refusal } from '../attach/refusal.js'
import type { HeapGraph } from '../heap/heap-graph.js'
import { SnapshotError, SnapshotReader } from '../heap/snapshot-reader.js'

/** A snapshot, and when its file was last written. */
export interface ReadSnapshot {
  readonly heap: HeapGraph
  readonly writtenAtMs: number
}

/** In bytes: large snapshots are read faster in large pieces. */
const PIECE = 1 << 20
const GZIP = 0x8b1f

/**
 * Reads a heap snapshot piece by piece, so that it may be larger than a string can be.
 *
 * @throws {Refusal} that says why the file cannot be read.
 */
export async function readSnapshot(file: string): Promise<ReadSnapshot> {
  // Without waiting for the writer of a named pipe.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    throw cannotOpen(file, error)
  })
  try {
    const { mtimeMs } = await checkFile(file, handle)
    const reader = new SnapshotReader()
    // V8 writes ASCII only.
    const pieces = createReadStream(file, {
      fd: handle,
      autoClose: false,
      encoding: 'latin1',
      highWaterMark: PIECE,
      start: 0,
    })
    for await (const piece of pieces) reader.write(piece as string)
    return { heap: reader.end(), writtenAtMs: Math.round(mtimeMs) }
  } catch (error) {
    throw error instanceof SnapshotError ? unreadable(file, error) : error
  } finally {
    await handle.close()
  }
}

async function checkFile(file: string, handle: FileHandle) {
  const facts = await handle.stat()
  if (facts.isDirectory()) throw new Refusal('not-snapshot', `${file} is a directory; name the snapshot file in it`)
  if (!facts.isFile()) throw new Refusal('not-snapshot', `${file} is not a regular file; write the snapshot to one`)
  if (facts.size === 0) throw new Refusal('not-snapshot', `${file} is empty; ${AGAIN}`)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
  if (bytesRead === 2 && buffer.readUInt16LE() === GZIP) {
    throw new Refusal('not-snapshot', `${file} is compressed; unpack it first: gunzip ${file}`)
  }
  return facts
}

const AGAIN = 'V8 may still be writing it, or the disk was full. Wait, or write it again'

function unreadable(file: string, { reason }: SnapshotError): Refusal {
  if (reason === 'cut short') return new Refusal('not-snapshot', `${file} ends in the middle of the snapshot; ${AGAIN}`)
  if (reason === 'malformed') {
    return new Refusal('not-snapshot', `${file} is a damaged heap snapshot: its tables do not match; write it again`)
  }
  const makers = 'v8.writeHeapSnapshot(), node --heapsnapshot-signal or DevTools write one'
  return new Refusal('not-snapshot', `${file} is not a heap snapshot; ${makers}`)
}

function cannotOpen(file: string, { code, message }: NodeJS.ErrnoException): Refusal | Error {
  if (code === 'ENOENT' || code === 'ENOTDIR') return new Refusal('not-found', `there is no file ${file}`)
  if (code === 'EACCES' || code === 'EPERM') {
    return new Refusal('not-allowed', `${file} cannot be read: permission denied; ask as the user who owns it`)
  }
  return new Error(`${file} cannot be read: ${message}`)
}
