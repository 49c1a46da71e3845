import type { MemoryHeap } from './memory-heap.js'
import { counterpartsOf } from './native-objects.js'

/** A stream or socket of libuv's. */
export interface UvHandle {
  readonly transport: 'tcp' | 'pipe' | 'udp'
  readonly descriptor: number
}

/** The object in C++ has libuv's handle in it, whose first word leads back to the object. */
const LARGEST_OBJECT = 0x400
/** Of `uv_handle_t` on 64-bit Linux. Source: uv.h and uv/unix.h, libuv 1.46 to 1.52. */
const TYPE = 16
const TRANSPORTS: Readonly<Record<number, UvHandle['transport']>> = { 7: 'pipe', 12: 'tcp', 15: 'udp' }
const DESCRIPTOR: Readonly<Record<UvHandle['transport'], number>> = { tcp: 184, pipe: 184, udp: 176 }

/** The libuv handle behind one of Node's native objects (`TCP`, `Pipe`, `UDP`); null if there is none that is known. */
export function uvHandleOf(heap: MemoryHeap, native: number): UvHandle | null {
  const { words } = heap.engine
  for (const object of counterpartsOf(words, native)) {
    for (let at = object + 8; at < object + LARGEST_OBJECT; at += 8) {
      if (words.word(at) !== object) continue
      const transport = TRANSPORTS[words.int32(at + TYPE)]
      const descriptor = transport === undefined ? -1 : words.int32(at + DESCRIPTOR[transport])
      if (transport !== undefined && descriptor >= 0 && descriptor < MOST_DESCRIPTORS) return { transport, descriptor }
    }
  }
  return null
}

const MOST_DESCRIPTORS = 2 ** 24
