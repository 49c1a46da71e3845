/**
 * What a traced thread puts before the first line of the workers and of the processes that it makes: loads
 * `preload-code.cjs`, which is all of the tracer in one file, as V8 compiled it in an earlier worker.
 */
import fs = require('node:fs')
import path = require('node:path')
import vm = require('node:vm')
import workerThreads = require('node:worker_threads')

const START = 'async-trace.thread'
/** Of the shared buffer: 0 empty, 1 being written, 2 ready; then the length in bytes; then the bytes. */
const HEADER_BYTES = 8
const filename = path.join(__dirname, 'preload-code.cjs')
const { code } = (workerThreads.getEnvironmentData(START) ?? {}) as { code?: SharedArrayBuffer }
const state = code === undefined ? null : new Int32Array(code, 0, 2)
const isReady = state !== null && Atomics.load(state, 0) === 2
const cachedData = isReady ? Buffer.from(new Uint8Array(code as SharedArrayBuffer, HEADER_BYTES, state[1])) : undefined
const source = `(function (exports, require, module, __filename, __dirname) {${fs.readFileSync(filename, 'utf8')}\n})`
const script = new vm.Script(source, cachedData === undefined ? { filename } : { filename, cachedData })
script.runInThisContext()({}, require, { exports: {} }, filename, __dirname)

if (state !== null && Atomics.compareExchange(state, 0, 0, 1) === 0) {
  const compiled = script.createCachedData()
  if (compiled.length <= (code as SharedArrayBuffer).byteLength - HEADER_BYTES) {
    new Uint8Array(code as SharedArrayBuffer, HEADER_BYTES).set(compiled)
    state[1] = compiled.length
    Atomics.store(state, 0, 2)
  }
}
