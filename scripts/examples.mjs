// Runs every example and compares what it prints with its closing comment.
//   node scripts/examples.mjs           fails where one prints something else
//   node scripts/examples.mjs --write   writes the comments anew
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('../examples/', import.meta.url)
const OUTPUT = /\n\/\* prints:\n([\s\S]*)\*\/\n$/
const write = process.argv.includes('--write')
let failed = 0

for (const file of readdirSync(folder).filter((name) => name.endsWith('.mjs'))) {
  const url = new URL(file, folder)
  const source = readFileSync(url, 'utf8')
  const { status, stdout, stderr } = spawnSync(process.execPath, [`examples/${file}`], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
    timeout: 60_000,
  })
  if (write && status === 0) {
    writeFileSync(url, `${source.replace(OUTPUT, '\n').trimEnd()}\n\n/* prints:\n${stdout}*/\n`)
    continue
  }
  const isSame = status === 0 && OUTPUT.exec(source)?.[1] === stdout
  if (!isSame) failed++
  console.log(`${isSame ? 'ok' : 'FAILED'}  examples/${file}`)
  if (!isSame) console.log(`exit code ${status}, printed:\n${stdout}${stderr}`)
}
process.exitCode = failed === 0 ? 0 : 1
