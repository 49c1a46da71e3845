// Compiles src/ into a fresh dist/.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd: new URL('..', import.meta.url), stdio: 'inherit' })

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
