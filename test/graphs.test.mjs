// Every program in test/graphs prints exactly the graph that is written at its end.
//   node test/graphs.test.mjs --write    writes what they print; to be read before it is committed
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { casesOf } from './every-case.mjs'

const folder = new URL('./graphs/', import.meta.url)
const EXPECTED = /\n\/\* waits:\n([\s\S]*)\*\/\n$/
const write = process.argv.includes('--write')

const NO_PROGRAMS = ['show.mjs', 'graph-lines.mjs']
const files = readdirSync(folder).filter((name) => name.endsWith('.mjs') && !NO_PROGRAMS.includes(name))
const kindOf = (file) => file.split(/[-.]/)[0]

const kinds = [...new Set(files.map(kindOf))]

/** Of the programs whose names begin with one word, the one with the shortest name is the plainest. One of three words. */
function isPlainest(file) {
  const ofKind = files.filter((other) => kindOf(other) === kindOf(file))
  return kinds.indexOf(kindOf(file)) % 3 === 0 && file === ofKind.sort((a, b) => a.length - b.length)[0]
}

for (const file of write ? files : casesOf(files, isPlainest)) {
  const url = new URL(file, folder)
  const source = readFileSync(url, 'utf8')
  const skip = /\bnew WebSocket\b/.test(source) && globalThis.WebSocket === undefined && 'this Node.js has no WebSocket'
  if (write && skip === false)
    writeFileSync(url, `${source.replace(EXPECTED, '\n').trimEnd()}\n\n/* waits:\n${run(url)}*/\n`)
  else test(file, { skip }, () => assert.equal(run(url), EXPECTED.exec(source)?.[1]))
}

function run(url) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(url)], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.equal(status, 0, `${stdout}\n${stderr}`)
  return stdout
}
