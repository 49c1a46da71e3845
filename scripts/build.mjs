// Compiles src/ into a fresh dist/, and src/page/ into the parts that the HTML page is put together from.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { buildSync, transformSync } from 'esbuild'
import { buildCommand } from './command.mjs'
import { bundleDeclarations } from './declarations.mjs'
import { licencesOf } from './licences.mjs'
import { buildOneText } from './one-text.mjs'

const root = new URL('../', import.meta.url)
rmSync(new URL('dist', root), { recursive: true, force: true })
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd: root, stdio: 'inherit' })

// npm makes it executable when it installs the package; in a clone nobody does.
chmodSync(new URL('dist/cli/async-trace.js', root), 0o755)

// The page's parts, to be put into one file.
const text = (file) => readFileSync(new URL(`src/page/${file}`, root), 'utf8')
const bundled = buildSync({
  entryPoints: [fileURLToPath(new URL('src/page/main.ts', root))],
  bundle: true,
  write: false,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  minify: true,
})
const parts = {
  body: text('page.html'),
  style: transformSync(text('page.css'), { loader: 'css', minify: true, target: 'chrome100' }).code,
  script: bundled.outputFiles[0].text,
}
if (/<\/(script|style)|<!--/i.test(parts.script + parts.style)) throw new Error('The page would end its own script')
const lines = Object.entries(parts).map(([name, part]) => `export const ${name} = ${JSON.stringify(part)}\n`)
writeFileSync(new URL('dist/format/page-parts.js', root), lines.join(''))

mkdirSync(new URL('dist/bundled', root))
const sources = await buildCommand(root)
const licenceText = licencesOf(sources.concat(buildOneText(root)), root)
writeFileSync(new URL('../dist/LICENSES.txt', import.meta.url), licenceText)

const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const entries = Object.values(exports).flatMap(
  (entry) => /^\.\/dist\/types\/(.+)\.d\.ts$/.exec(entry.import?.types)?.[1] ?? [],
)
await bundleDeclarations(new URL('dist/', root), entries)
