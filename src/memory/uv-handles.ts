import type { MemoryHeap } from './memory-heap.js'
import { isPointer } from './words.js'

/** A stream or socket of libuv's. */
export interface UvHandle {
  readonly transport: 'tcp' | 'pipe' | 'udp'
  readonly descriptor: number
}

/** The first field of an object of Node's that stands for one in C++ (Node 20 to 26). */
const FIRST_FIELD = 24
const MOST_FIELDS = 4
/** The object in C++ has libuv's handle in it, whose first word leads back to the object. */
const LARGEST_OBJECT = 0x400
/** Of `uv_handle_t` on 64-bit Linux. Source: uv.h and uv/unix.h, libuv 1.46 to 1.52. */
const TYPE = 16
const TRANSPORTS: Readonly<Record<number, UvHandle['transport']>> = { 7: 'pipe', 12: 'tcp', 15: 'udp' }
const DESCRIPTOR: Readonly<Record<UvHandle['transport'], number>> = { tcp: 184, pipe: 184, udp: 176 }

/** The libuv handle behind one of Node's native objects (`TCP`, `Pipe`, `UDP`); null if there is none that is known. */
export function uvHandleOf(heap: MemoryHeap, native: number): UvHandle | null {
  const { words } = heap.engine
  for (let field = 0; field < MOST_FIELDS; field++) {
    const object = words.word(native - 1 + FIRST_FIELD + field * 8)
    if (!(object > 65_536) || object % 8 !== 0 || object >= 2 ** 47 || isPointer(object)) continue
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
