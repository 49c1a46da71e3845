import type * as Crypto from 'node:crypto'
import { isMainThread } from 'node:worker_threads'
import { builtinModule } from '../engine/builtin-modules.js'
import {
  atomicLoad,
  Int32ArrayOfRealm,
  max,
  SharedArrayBufferOfRealm,
  Uint8ArrayOfRealm,
} from '../engine/primordials.js'

/**
 * Compiling the tracer's code takes a worker longer than all else that it does for it. The first worker puts what V8
 * has compiled into shared memory, and the main thread gives a copy of it to all later ones. V8 does not survive
 * compiled code that was tampered with (seen on Node 20 to 26: it ends the process): a worker proves by a key that it
 * wrote the code before it ran any of the program's, when it still had the key.
 */
export interface WantedCode {
  /** See `preload.cts`, which writes it. */
  readonly buffer: SharedArrayBuffer
  readonly key: Uint8Array
}

const HEADER_BYTES = 40
const PROOF_AT = 8
const MAX_BYTES = 1_048_576
const READY = 2

let wanted: WantedCode | null = null
let code: Uint8Array | null = null
let isGivenUp = !isMainThread

/** What a new worker is given. */
export function codeForWorker(): { code: Uint8Array | null; codeWanted: WantedCode | null } {
  try {
    if (code === null && wanted !== null) takeCode(wanted)
    if (code === null && wanted === null && !isGivenUp) wanted = wantCode()
  } catch {
    // A Node without OpenSSL has no proofs.
    giveUp()
  }
  return { code, codeWanted: wanted }
}

/** A worker gives to its own workers what it was given. */
export function inheritCode(given: Uint8Array | null): void {
  code = given
}

function wantCode(): WantedCode {
  const { randomBytes } = builtinModule<typeof Crypto>('node:crypto')
  return { buffer: new SharedArrayBufferOfRealm(HEADER_BYTES + MAX_BYTES), key: new Uint8ArrayOfRealm(randomBytes(32)) }
}

function takeCode({ buffer, key }: WantedCode): void {
  const header = new Int32ArrayOfRealm(buffer, 0, 2)
  if (atomicLoad(header, 0) !== READY) return
  const length = header[1] as number
  // A copy: what it is checked for, nobody can change any more.
  const copy = Buffer.from(new Uint8ArrayOfRealm(buffer))
  const bytes = copy.subarray(HEADER_BYTES, HEADER_BYTES + max(0, length))
  const { createHmac, timingSafeEqual } = builtinModule<typeof Crypto>('node:crypto')
  const proof = createHmac('sha256', key).update(bytes).digest()
  if (timingSafeEqual(proof, copy.subarray(PROOF_AT, HEADER_BYTES))) code = new Uint8ArrayOfRealm(bytes)
  giveUp()
}

function giveUp(): void {
  wanted = null
  isGivenUp = true
}
