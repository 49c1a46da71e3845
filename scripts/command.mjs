// The command: one file for each thing that it does, and the process that closes what a killed command left. What reads heaps and
// process memory is needed twice: by the command, and by the worker that reads the heap of its own process. It is one ES module,
// dist/bundled/heap.js, which the worker runs as a script (dist/threads/heap-reader.cjs), as `require` does with the core.
import { readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const SHARED = /\/dist\/(?:heap|memory)\/[\w-]+\.js$/

/** @returns the files whose code is in it. */
export async function buildCommand(root) {
  const folder = fileURLToPath(root)
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const options = {
    absWorkingDir: folder,
    metafile: true,
    entryPoints: ['dist/cli/async-trace.js', 'dist/attach/close-left-open.js', 'dist/attach/blocked-process.js'],
    entryNames: '[name]',
    outdir: 'dist/cli',
    bundle: true,
    splitting: true,
    external: [...Object.keys({ ...dependencies, ...peerDependencies }), 'bufferutil', 'utf-8-validate'],
    // What ws requires is there in an ES module only so.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  }
  const { metafile: whole } = await build({ ...options, write: false })
  const used = Object.values(whole.outputs).flatMap(({ inputs }) => Object.entries(inputs))
  const shared = used.filter(([file, { bytesInOutput }]) => SHARED.test(`/${file}`) && bytesInOutput > 0)
  const modules = await sharedModules([...new Set(shared.map(([file]) => file))].sort(), folder)
  const ofHeap = await buildHeap(modules, folder, root)
  const plugins = [fromSharedText(modules, folder)]
  const { metafile } = await build({ ...options, plugins, external: [...options.external, HEAP], allowOverwrite: true })
  return [metafile, ofHeap].flatMap(({ inputs }) => Object.keys(inputs))
}

const HEAP = '../bundled/heap.js'

/** What each of the files exports, and the name of the object that has it. */
async function sharedModules(files, folder) {
  const entryPoints = files.map((file) => `${folder}${file}`)
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints,
    outdir: 'nowhere',
    write: false,
    metafile: true,
    format: 'esm',
    logLevel: 'warning',
  })
  return Object.values(metafile.outputs).map(({ entryPoint, exports }, i) => ({
    file: entryPoint,
    exports,
    name: `m${i}`,
  }))
}

async function buildHeap(modules, folder, root) {
  const lines = modules.map(({ file, name }) => `export * as ${name} from './${relative('dist', file)}'`)
  const contents = [
    ...lines,
    `export { answerOtherThread } from './attach/own-heap-thread.js'`,
    `export { nativeStackText } from './attach/native-stack.js'`,
  ].join('\n')
  const { metafile, outputFiles } = await build({
    absWorkingDir: folder,
    metafile: true,
    stdin: { contents, resolveDir: fileURLToPath(new URL('dist', root)) },
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Only as what cannot be: the place of the running text is read from V8.
    define: { 'import.meta.url': 'undefined' },
    logLevel: 'warning',
  })
  const names = [...modules.map(({ name }) => name), 'answerOtherThread', 'nativeStackText']
  const script = `((require) => {\nconst module = { exports: {} };\n${outputFiles[0].text}\nreturn module.exports;\n})((name) => process.getBuiltinModule(name))`
  writeFileSync(
    new URL('dist/bundled/heap.js', root),
    `const core = ${script};\nexport const { ${names.join(', ')} } = core;\n`,
  )
  return metafile
}

/** Has the command take these modules from the text that has them. */
function fromSharedText(modules, folder) {
  const byPath = new Map(modules.map((module) => [`${folder}${module.file}`, module]))
  return {
    name: 'shared text',
    setup({ onLoad }) {
      onLoad({ filter: SHARED }, ({ path }) => {
        const module = byPath.get(path)
        if (module === undefined) return undefined
        const { name, exports } = module
        return { contents: `import { ${name} } from '${HEAP}'\nexport const { ${exports.join(', ')} } = ${name}\n` }
      })
    },
  }
}
