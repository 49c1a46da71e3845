// Compiles src/ into a fresh dist/, and src/page/ into the parts that the HTML page is put together from.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const root = new URL('..', import.meta.url)
rmSync(new URL('dist', root), { recursive: true, force: true })
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd: root, stdio: 'inherit' })

// What workers load before their first line is one file: seven modules and packages take three times as long.
const threads = new URL('../dist/threads/', import.meta.url)
buildSync({
  entryPoints: [fileURLToPath(new URL('../dist/preload.js', import.meta.url))],
  outfile: fileURLToPath(new URL('preload.cjs', threads)),
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  define: { 'import.meta.url': 'ownUrl' },
  banner: { js: "const ownUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
})

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
})
const parts = { body: text('page.html'), style: text('page.css'), script: bundled.outputFiles[0].text }
if (/<\/(script|style)|<!--/i.test(parts.script + parts.style)) throw new Error('The page would end its own script')
const lines = Object.entries(parts).map(([name, part]) => `export const ${name} = ${JSON.stringify(part)}\n`)
writeFileSync(new URL('dist/format/page-parts.js', root), lines.join(''))
