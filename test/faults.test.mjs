// What goes wrong in a program, or for the tracer, ends the same with and without it: exit code, signal, output.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { casesOf } from './every-case.mjs'

const folder = new URL('./faults/', import.meta.url)
const register = new URL('../dist/register.js', import.meta.url).href

/** What a file says of itself: `// flags: --stack-size=160`, and `// each: a b` to run it once with each argument.
 * `// loads: itself`: the tracer is not loaded by --import. */
function headerOf(source, name) {
  return new RegExp(`^// ${name}: (.*)$`, 'm').exec(source)?.[1].split(' ') ?? []
}

function run(file, { flags, loadsItself }, args, isTraced) {
  const load = loadsItself ? [] : ['--import', isTraced ? register : 'data:text/javascript,']
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, ...load, fileURLToPath(new URL(file, folder)), ...args],
    {
      encoding: 'utf8',
      timeout: 120_000,
      env: { ...process.env, ASYNC_TRACE: isTraced ? '' : 'off', NODE_OPTIONS: '' },
    },
  )
  return { status, signal, stdout, errors: errorsOf(stderr) }
}

/** The messages, without stacks: a wrapped function may stand in them (docs/harmless.md). */
function errorsOf(stderr) {
  // V8 has several words for one end: the heap is full.
  const lines = stderr.replaceAll(/^FATAL ERROR: .* - (?=JavaScript heap)/gm, 'FATAL: ').split('\n')
  return lines.filter((line) => /^\w*(?:Error|Warning)\b|^Exception in|^FATAL/.test(line))
}

for (const file of readdirSync(folder)) {
  const source = readFileSync(new URL(file, folder), 'utf8')
  const header = { flags: headerOf(source, 'flags'), loadsItself: headerOf(source, 'loads')[0] === 'itself' }
  const each = headerOf(source, 'each')
  for (const args of each.length === 0 ? [[]] : casesOf(each, (_, i) => i % 4 === 0).map((one) => [one])) {
    test([file, ...args].join(' '), () => {
      const bare = run(file, header, args, false)
      const traced = run(file, header, args, true)
      assert.ok(bare.stdout.length > 0 || bare.signal !== null || bare.status !== 0, 'the bare run says something')
      assert.deepEqual(traced, bare)
    })
  }
}
