import {
  atomicAdd,
  atomicLoad,
  atomicStore,
  charCodeAt,
  compareExchange,
  Int32ArrayOfRealm,
  imul,
  max,
  OwnMap,
  SharedArrayBufferOfRealm,
} from '../engine/primordials.js'

/**
 * What the threads of a process share: interned text, and a ring of records that are found by the message
 * they belong to. Nothing here waits or locks: a thread may be killed at any instruction. A writer takes its
 * piece of the ring by one atomic addition, fills it, and then publishes it in the index; a reader copies the
 * record out and believes it only if every check holds afterwards. What does not fit is counted and dropped.
 */
const HEADER = 16
const TEXT_USED = 0
const RING_NEXT = 1
const LAST_CHANNEL = 2
const DROPPED = 3
const LAST_TASK = 4

/** Buckets of the text table; a power of two. */
const TEXT_BUCKETS = 32_768
const TEXT_PROBES = 32
/** All sizes are in units of four bytes. */
const TEXT_SIZE = 1_048_576
const INDEX_BUCKETS = 16_384
const INDEX_WAYS = 4
const RING_SIZE = 2_097_152

const BUCKETS_AT = HEADER
const TEXT_AT = BUCKETS_AT + TEXT_BUCKETS
const INDEX_AT = TEXT_AT + TEXT_SIZE
const RING_AT = INDEX_AT + INDEX_BUCKETS * INDEX_WAYS
const TOTAL = RING_AT + RING_SIZE

/** Of a record: its place in the ring's count, the message (channel end, number), its length, checksum. */
const RECORD_HEADER = 5
const MAX_RECORD = 8192
/** What a thread takes of the ring at once. */
const CHUNK = 1024
const MAX_TEXT_BYTES = 65_536
/** Its two ends have numbers of 32 bits. */
const MAX_CHANNEL = 2 ** 30 - 1
/** More often than that, no other thread that means well comes between. */
const MAX_TRIES = 1000

export class SharedMemory {
  readonly buffer: SharedArrayBuffer
  readonly #ints: Int32Array
  readonly #bytes: Buffer
  /** What is left of the piece of the ring that is this thread's. */
  #own = 0
  #ownEnd = 0
  #lastChannel = 0
  readonly #refs = new OwnMap<string, number>()
  readonly #texts = new OwnMap<number, string>()

  constructor(buffer = new SharedArrayBufferOfRealm(TOTAL * 4)) {
    this.buffer = buffer
    this.#ints = new Int32ArrayOfRealm(buffer)
    this.#bytes = Buffer.from(buffer)
  }

  /**
   * A number that no other channel of this process has.
   *
   * @throws {Error} where another thread has put the count back.
   */
  nextChannel(): number {
    const channel = atomicAdd(this.#ints, LAST_CHANNEL, 1) + 1
    if (channel <= this.#lastChannel || channel > MAX_CHANNEL) throw new Error('the count of channels is not as it was')
    this.#lastChannel = channel
    return channel
  }

  /** @returns the number after the last one that a thread took. */
  nextTask(): number {
    return atomicAdd(this.#ints, LAST_TASK, 1) + 1
  }

  /** @param last the number of the last task so far. */
  countTasksFrom(last: number): void {
    atomicStore(this.#ints, LAST_TASK, last)
  }

  /** Messages whose record was lost, and texts that found no room. */
  dropped(): number {
    return atomicLoad(this.#ints, DROPPED)
  }

  countDropped(): void {
    atomicAdd(this.#ints, DROPPED, 1)
  }

  /** @returns what `text` takes in any thread; 0 where there is no more room. */
  intern(text: string): number {
    let ref = this.#refs.get(text)
    if (ref === undefined) {
      // Half a pair of surrogates would not come back as it is.
      ref = this.#findOrAdd(Buffer.from(text).toString())
      if (ref === 0) this.countDropped()
      else this.#refs.set(text, ref)
    }
    return ref
  }

  /** @returns null for what is not as `intern` wrote it. */
  text(ref: number): string | null {
    const known = this.#texts.get(ref)
    if (known !== undefined) return known
    const text = this.#read(ref)
    if (text !== null) this.#texts.set(ref, text)
    return text
  }

  /** @returns false where the record is too long. */
  write(end: number, count: number, body: readonly number[]): boolean {
    const number = count | 0
    const length = RECORD_HEADER + body.length
    if (length > MAX_RECORD) {
      this.countDropped()
      return false
    }
    const ints = this.#ints
    const at = this.#allocate(length)
    if (at === 0) {
      this.countDropped()
      return false
    }
    const start = RING_AT + (at & (RING_SIZE - 1))
    let sum = checksum(0, end, number, length)
    for (let i = 0; i < body.length; i++) {
      const value = (body[i] as number) | 0
      ints[start + RECORD_HEADER + i] = value
      sum = (imul(sum, 31) + value) | 0
    }
    ints[start] = at
    ints[start + 1] = end
    ints[start + 2] = number
    ints[start + 3] = length
    ints[start + 4] = sum
    this.#publish(end, number, at)
    return true
  }

  /** @returns the body of a message's record, which is then gone; null where there is none to believe. */
  take(end: number, count: number): readonly number[] | null {
    const number = count | 0
    const ints = this.#ints
    const bucket = bucketOf(end, number)
    for (let way = bucket; way < bucket + INDEX_WAYS; way++) {
      const at = atomicLoad(ints, way)
      if (at === 0) continue
      const start = RING_AT + (at & (RING_SIZE - 1))
      if (ints[start + 1] !== end || ints[start + 2] !== number || ints[start] !== at) continue
      const body = this.#copy(start, at, end, number)
      compareExchange(ints, way, at, 0)
      return body
    }
    return null
  }

  /** Takes a record back that was written for a message which was not sent. */
  withdraw(end: number, count: number): void {
    this.take(end, count)
  }

  #copy(start: number, at: number, end: number, number: number): readonly number[] | null {
    const ints = this.#ints
    const length = ints[start + 3] as number
    if (length < RECORD_HEADER || length > MAX_RECORD) return null
    const body: number[] = []
    let sum = checksum(0, end, number, length)
    for (let i = start + RECORD_HEADER; i < start + length; i++) {
      const value = ints[i] as number
      body[body.length] = value
      sum = (imul(sum, 31) + value) | 0
    }
    // The ring may have come round meanwhile.
    const isWhole = ((atomicLoad(ints, RING_NEXT) - at) | 0) <= RING_SIZE && ints[start + 4] === sum
    return isWhole ? body : null
  }

  /**
   * A piece that does not lie across the ring's end, from a larger one that this thread has taken for itself:
   * the ring's count is written by all threads, which makes it dear. 0, which means nothing in the index, where
   * another thread would not let it.
   */
  #allocate(length: number): number {
    let tries = 0
    while (this.#own + length > this.#ownEnd || this.#isOverrun()) {
      if (++tries > MAX_TRIES) return 0
      const size = max(length, CHUNK)
      const at = atomicAdd(this.#ints, RING_NEXT, size)
      if (at === 0 || (at & (RING_SIZE - 1)) + size > RING_SIZE) continue
      this.#own = at
      this.#ownEnd = at + size
    }
    const at = this.#own
    this.#own += length
    return at
  }

  /** Other threads have come round the ring to this thread's piece. */
  #isOverrun(): boolean {
    return ((atomicLoad(this.#ints, RING_NEXT) - this.#own) | 0) > RING_SIZE - MAX_RECORD
  }

  #publish(end: number, number: number, at: number): void {
    const ints = this.#ints
    const bucket = bucketOf(end, number)
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      let oldest = bucket
      let oldestAt = atomicLoad(ints, bucket)
      for (let way = bucket + 1; oldestAt !== 0 && way < bucket + INDEX_WAYS; way++) {
        const other = atomicLoad(ints, way)
        if (other === 0 || ((at - other) | 0) > ((at - oldestAt) | 0)) {
          oldest = way
          oldestAt = other
        }
      }
      if (compareExchange(ints, oldest, oldestAt, at) === oldestAt) return
    }
  }

  #findOrAdd(text: string): number {
    const ints = this.#ints
    const hash = hashOf(text)
    let added = 0
    for (let probe = 0; probe < TEXT_PROBES; probe++) {
      const bucket = BUCKETS_AT + ((hash + probe) & (TEXT_BUCKETS - 1))
      let ref = atomicLoad(ints, bucket)
      if (ref === 0) {
        if (added === 0) added = this.#append(text, hash)
        if (added === 0) return 0
        ref = compareExchange(ints, bucket, 0, added)
        if (ref === 0) return added
      }
      if (ints[TEXT_AT + ref] === hash && this.text(ref) === text) return ref
    }
    return 0
  }

  #append(text: string, hash: number): number {
    const length = Buffer.byteLength(text)
    const size = 2 + ((length + 3) >> 2)
    if (length > MAX_TEXT_BYTES || atomicLoad(this.#ints, TEXT_USED) + size + 1 > TEXT_SIZE) return 0
    // The first unit stays unused: 0 is no reference.
    const ref = atomicAdd(this.#ints, TEXT_USED, size) + 1
    if (ref < 1 || ref + size > TEXT_SIZE) return 0
    this.#ints[TEXT_AT + ref] = hash
    this.#ints[TEXT_AT + ref + 1] = length
    this.#bytes.write(text, (TEXT_AT + ref + 2) * 4, 'utf8')
    return ref
  }

  #read(ref: number): string | null {
    const length = this.#ints[TEXT_AT + ref + 1] as number
    if (ref < 1 || length < 0 || length > MAX_TEXT_BYTES || ref + 2 + ((length + 3) >> 2) > TEXT_SIZE) return null
    const start = (TEXT_AT + ref + 2) * 4
    const text = this.#bytes.toString('utf8', start, start + length)
    return hashOf(text) === this.#ints[TEXT_AT + ref] ? text : null
  }
}

function bucketOf(end: number, number: number): number {
  return INDEX_AT + ((imul(end, 0x9e3779b1) + number) & (INDEX_BUCKETS - 1)) * INDEX_WAYS
}

function checksum(seed: number, end: number, number: number, length: number): number {
  return (imul(imul(seed + end, 31) + number, 31) + length) | 0
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = imul(hash ^ charCodeAt(text, i), 0x01000193)
  return hash | 0
}
