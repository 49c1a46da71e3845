/**
 * A traced thread makes its workers and child processes load this before their first line. It runs `bundled/core.js`, in a
 * worker with the code that V8 compiled in an earlier worker.
 */
import fs = require('node:fs')
import path = require('node:path')
import vm = require('node:vm')
import workerThreads = require('node:worker_threads')

const START = 'async-trace.thread'
/** Of the shared buffer: 0 empty, 1 being written, 2 ready; the length in bytes; the proof; the bytes. */
const PROOF_AT = 8
const HEADER_BYTES = 40

interface Start {
  readonly code: Uint8Array | null
  readonly codeWanted: { readonly buffer: SharedArrayBuffer; readonly key: Uint8Array } | null
}

// The program did not load this.
Reflect.deleteProperty(require.cache, __filename)

const filename = path.join(__dirname, '../bundled/core.js')
const { code = null, codeWanted = null } = (workerThreads.getEnvironmentData(START) ?? {}) as Partial<Start>
const cached = code === null ? null : { cachedData: Buffer.from(code) }
// As compiled-core.ts runs it, which cannot be required here.
const text = fs.readFileSync(filename, 'latin1')
const body = text.slice(0, text.lastIndexOf('\nexport const {'))
const script = new vm.Script(`(function (asyncTraceLoader) { ${body}\nreturn core })`, { filename, ...cached })
script.runInThisContext()('preload').startAsPreload()

try {
  if (codeWanted !== null) giveCode(codeWanted)
} catch {
  // No worker has the code compiled then.
}

function giveCode({ buffer, key }: NonNullable<Start['codeWanted']>): void {
  const header = new Int32Array(buffer, 0, 2)
  if (Atomics.compareExchange(header, 0, 0, 1) !== 0) return
  const bytes = script.createCachedData()
  if (bytes.length > buffer.byteLength - HEADER_BYTES) return
  const { createHmac } = process.getBuiltinModule('node:crypto')
  new Uint8Array(buffer, PROOF_AT).set(createHmac('sha256', key).update(bytes).digest())
  new Uint8Array(buffer, HEADER_BYTES).set(bytes)
  header[1] = bytes.length
  Atomics.store(header, 0, 2)
}
