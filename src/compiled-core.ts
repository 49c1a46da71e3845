import type { Stats } from 'node:fs'
import type { Script as VmScript } from 'node:vm'
import { mainGlobal } from './main-instance.js'

/**
 * Loads the package's code into the main context. A test runner does so in each of its many short processes, and to compile
 * it takes V8 longer than all else: what V8 has compiled is kept in `node_modules/.cache/async-trace`, as other tools do.
 *
 * @param file `cjs/core.js` of the built package. It finds `isForTests` in its scope (index.ts).
 */
export function loadCore(file: string): void {
  // Jest has a `process` and modules of its own in its contexts.
  const process = Reflect.get(mainGlobal(), 'process') as NodeJS.Process
  const fs = process.getBuiltinModule('node:fs')
  const { Module, createRequire } = process.getBuiltinModule('node:module')
  const { Script } = process.getBuiltinModule('node:vm')
  const require = createRequire(file)
  if (require.cache[file] !== undefined) return
  const cache = new CodeCache(process, file)
  const cachedData = cache.read()
  // The built text is ASCII.
  const text = `(function (exports, require, module, isForTests) { ${fs.readFileSync(file, 'latin1')}\n})`
  const script = new Script(text, cachedData === null ? { filename: file } : { filename: file, cachedData })
  // Another `require` of the same file finds it.
  const module = new Module(file)
  module.filename = file
  require.cache[file] = module
  const run = script.runInThisContext() as (...args: unknown[]) => void
  run(module.exports, require, module, true)
  module.loaded = true
  // At its end V8 has compiled also what a run of tests calls: each later process is spared that.
  if (cachedData === null || script.cachedDataRejected === true) process.once('exit', () => cache.write(script))
}

const HEADER_INTS = 4
const MAGIC = 0x61747263

/** One file. V8 rejects what another version of it, or one with other flags, has compiled, but not what is damaged. */
class CodeCache {
  readonly #process: NodeJS.Process
  readonly #core: string
  readonly #file: string | null
  /** Of the code that is compiled: in whole milliseconds, and in bytes. */
  #identity: readonly [number, number] = [0, 0]

  constructor(process: NodeJS.Process, core: string) {
    this.#process = process
    this.#core = core
    this.#file = this.#findFile()
  }

  read(): Buffer | null {
    const { fs } = this.#modules()
    try {
      if (this.#file === null || !this.#isSafe(fs.statSync(this.#file))) return null
      const bytes = fs.readFileSync(this.#file)
      const header = new Int32Array(bytes.buffer, bytes.byteOffset, HEADER_INTS)
      const body = bytes.subarray(HEADER_INTS * 4)
      const isWhole = this.#header(body).every((value, i) => header[i] === value)
      return isWhole ? body : null
    } catch {
      return null
    }
  }

  write(script: VmScript): void {
    const { fs, path } = this.#modules()
    if (this.#file === null) return
    const unfinished = `${this.#file}.${this.#process.pid}-${Date.now()}`
    try {
      fs.mkdirSync(path.dirname(this.#file), { recursive: true })
      const body = script.createCachedData()
      const header = Buffer.from(Int32Array.from(this.#header(body)).buffer)
      fs.writeFileSync(unfinished, Buffer.concat([header, body]), { flag: 'wx', mode: 0o600 })
      // Other processes see all of it or nothing.
      fs.renameSync(unfinished, this.#file)
    } catch {
      // A folder that may not be written to: each process compiles.
      try {
        fs.rmSync(unfinished, { force: true })
      } catch {
        // Nor may anything be removed.
      }
    }
  }

  #modules(): { fs: typeof import('node:fs'); path: typeof import('node:path'); v8: typeof import('node:v8') } {
    const get = this.#process.getBuiltinModule.bind(this.#process)
    return { fs: get('node:fs'), path: get('node:path'), v8: get('node:v8') }
  }

  #header(body: Uint8Array): number[] {
    return [MAGIC, this.#identity[0] | 0, this.#identity[1] | 0, checksum(body)]
  }

  #findFile(): string | null {
    const { fs, path, v8 } = this.#modules()
    try {
      const { mtimeMs, size } = fs.statSync(this.#core)
      this.#identity = [Math.floor(mtimeMs), size]
      const root = path.dirname(path.dirname(path.dirname(this.#core)))
      const inModules = root.lastIndexOf(`${path.sep}node_modules${path.sep}`)
      // In a clone of this package, beside it.
      const owner = inModules === -1 ? root : root.slice(0, inModules)
      const { version, arch } = this.#process
      const name = `core-${version}-${arch}-${v8.cachedDataVersionTag()}`
      return path.join(owner, 'node_modules', '.cache', 'async-trace', name)
    } catch {
      return null
    }
  }

  /** Compiled code is code: that of another user is not run. */
  #isSafe({ uid, mode }: Stats): boolean {
    const { getuid, platform } = this.#process
    return platform === 'win32' || (uid === getuid?.() && (mode & 0o022) === 0)
  }
}

/** One number in 1,024 bytes: what is looked for are pages that were never written. */
const CHECKED_EVERY = 256

function checksum(bytes: Uint8Array): number {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const ints = new Int32Array(aligned.buffer, aligned.byteOffset, bytes.length >> 2)
  let sum = bytes.length
  for (let i = 0; i < ints.length; i += CHECKED_EVERY) sum = (Math.imul(sum, 31) + (ints[i] as number)) | 0
  return sum
}
