import type { Stats } from 'node:fs'
import type { Script as VmScript } from 'node:vm'
import { mainGlobal } from './main-instance.js'

/** What loads the core where a program does not `import` it: index.ts. */
type CoreLoader = 'require' | 'test runner'

/**
 * Runs `bundled/core.js`, an ES module, as a script in the main context: the package ships its code once for `import` and
 * `require`. The module is one expression between two fixed pieces of text (scripts/one-text.mjs).
 *
 * A test runner loads the core in each of its many short processes, and most of that time goes into compiling it. For a test
 * runner, the code that V8 has compiled is therefore kept in `node_modules/.cache/async-trace`, as other tools do.
 *
 * @param file the path of `bundled/core.js`.
 * @returns what it exports.
 */
export function loadCore(file: string, loader: CoreLoader): object {
  // Jest has a `process` and modules of its own in its contexts.
  const process = Reflect.get(mainGlobal(), 'process') as NodeJS.Process
  const fs = process.getBuiltinModule('node:fs')
  const { Module, createRequire } = process.getBuiltinModule('node:module')
  const { Script } = process.getBuiltinModule('node:vm')
  const { cache: loaded } = createRequire(file)
  const known = loaded[file]
  if (known !== undefined) return known.exports as object
  const cache = loader === 'test runner' ? new CodeCache(process, file) : null
  const cachedData = cache?.read() ?? undefined
  // The built text is ASCII.
  const script = new Script(asScript(fs.readFileSync(file, 'latin1')), {
    filename: file,
    ...(cachedData && { cachedData }),
  })
  const module = new Module(file)
  module.filename = file
  const run = script.runInThisContext() as (loader: CoreLoader) => object
  module.exports = run(loader)
  module.loaded = true
  // Later calls find it, from whichever context.
  loaded[file] = module
  // At its end V8 has compiled also what a run of tests calls: each later process is spared that.
  if (cache !== null && (cachedData === undefined || script.cachedDataRejected === true)) {
    process.once('exit', () => cache.write(script))
  }
  return module.exports as object
}

/** @param text of the module: `const core = …`, and on the last line `export const { … } = core`. */
function asScript(text: string): string {
  return `(function (asyncTraceLoader) { ${text.slice(0, text.lastIndexOf('\nexport const {'))}\nreturn core })`
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
