/**
 * What a traced thread puts before the first line of the workers and of the processes that it makes: loads
 * `preload-code.cjs`, which is all of the tracer in one file, as V8 compiled it in an earlier worker.
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

const filename = path.join(__dirname, 'preload-code.cjs')
const { code = null, codeWanted = null } = (workerThreads.getEnvironmentData(START) ?? {}) as Partial<Start>
const cached = code === null ? null : { cachedData: Buffer.from(code) }
const source = `(function (exports, require, module, __filename, __dirname) {${fs.readFileSync(filename, 'utf8')}\n})`
const script = new vm.Script(source, { filename, ...cached })
script.runInThisContext()({}, require, { exports: {} }, filename, __dirname)

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
