// Puts the command into one file without dependencies, dist/standalone/async-trace.mjs, which can be copied into a container without
// npm. Needs the files of `npm run build`.
import { appendFileSync, chmodSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { licencesOf } from './licences.mjs'

const root = new URL('../', import.meta.url)
const outfile = 'dist/standalone/async-trace.mjs'
const { version, peerDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const { metafile } = buildSync({
  absWorkingDir: fileURLToPath(root),
  metafile: true,
  entryPoints: ['dist/cli/async-trace.js'],
  outfile,
  bundle: true,
  external: [...Object.keys(peerDependencies).map((name) => `${name}/*`), 'bufferutil', 'utf-8-validate'],
  // What ws requires is there in an ES module only so.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  define: { STANDALONE_VERSION: JSON.stringify(version) },
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
})
const built = new URL(outfile, root)
const licences = [
  readFileSync(new URL('dist/LICENSES.txt', root), 'utf8'),
  licencesOf(Object.keys(metafile.inputs), root),
]
appendFileSync(built, `/*\n${licences.join('\n').replaceAll('*/', '* /')}*/\n`)
chmodSync(built, 0o755)
