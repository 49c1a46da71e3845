// Async functions that a compiler has made into generators and helpers show as the author wrote them.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { compilers } from './compilers.mjs'

const folder = fileURLToPath(new URL('./fixtures/down-levelled/', import.meta.url))
// Beside the fixture's folder: what that imports is found from there as well, and no column moves.
const out = mkdtempSync(join(folder, '../.built-'))
after(() => rmSync(out, { recursive: true }))

const MARK = /\b([a-z])(\d+) ([^\s,[\]]+)(?: \[([A-Z]+)\])?/g

function pathsOf(text) {
  const paths = new Map()
  text.split('\n').forEach((line, i) => {
    const comment = /\/\/ (.*)$/.exec(line)?.[1] ?? ''
    for (const [, label, index, name, mark] of comment.matchAll(MARK)) {
      const path = paths.get(label) ?? []
      path[index] = `${name} app.ts:${i + 1}${mark === undefined ? '' : ` [${mark}]`}`
      paths.set(label, path)
    }
  })
  return Object.fromEntries(paths)
}

/** Frames of the native file are the same for each compiler: by name alone. */
function shown({ name, file, line, boundary }) {
  const at = file === 'native.mjs' ? '' : ` ${file}:${line}`
  return `${name}${at}${boundary === null ? '' : ` [${boundary.toUpperCase()}]`}`
}

function printed(file, args = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { encoding: 'utf8', timeout: 60_000 })
  assert.equal(status, 0, stderr)
  const paths = new Map()
  for (const { label, frames, root } of stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))) {
    assert.equal(root, 'Task-1')
    const path = frames.map(shown)
    assert.deepEqual(path, paths.get(label) ?? path, `two paths of '${label}'`)
    paths.set(label, path)
  }
  return Object.fromEntries([...paths].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function build(title, { code, map }, source) {
  const name = title.replaceAll(/\W+/g, '-')
  const file = join(out, `${name}.mjs`)
  const withMap = { ...JSON.parse(map), sources: [`../down-levelled/${source}`], sourceRoot: undefined }
  writeFileSync(`${file}.map`, JSON.stringify(withMap))
  writeFileSync(file, `${code.replace(/\n\/\/# sourceMappingURL.*\s*$/, '')}\n//# sourceMappingURL=${name}.mjs.map\n`)
  return file
}

const text = readFileSync(join(folder, 'app.ts'), 'utf8')
const expected = Object.fromEntries(
  Object.entries(pathsOf(text)).map(([label, path]) => [
    label,
    path.map((frame) => frame.replace(/^(native\w*) app\.ts:\d+/, '$1')),
  ]),
)

for (const [name, compile] of Object.entries(compilers)) {
  test(name, async () => {
    assert.deepEqual(printed(build(name, await compile(text, 'app.ts'), 'app.ts')), expected)
  })
}

const pending = readFileSync(join(folder, 'pending.ts'), 'utf8')
const waiting = [
  ['<then in step>', 'timer', 'step then', 'main null', '<module> null', 'Task-1 null'],
  ['first', 'timer', 'main async', '<module> null', 'Task-1 null'],
]

for (const name of ['no compiler', 'tsc to ES5', 'tsc to ES2015', 'esbuild to ES2016', 'swc to ES2015']) {
  test(`pending: ${name}`, async () => {
    const file = build(`pending ${name}`, await compilers[name](pending, 'pending.ts'), 'pending.ts')
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 60_000 })
    assert.equal(status, 0, stderr)
    const tasks = JSON.parse(stdout).sort(([a], [b]) => (a < b ? -1 : 1))
    assert.deepEqual(tasks.slice(1, 2), waiting.slice(0, 1))
    assert.deepEqual(
      tasks.filter(([own]) => own === 'first'),
      waiting.slice(1),
    )
    const ofMain = tasks.filter(([own]) => own === 'main' || own === 'again')
    // Compiled, the inner function has an entry of its own where its promise is not known for certain.
    assert.equal(ofMain.length, tasks.length - 3)
    for (const [, , ...created] of ofMain) assert.deepEqual(created, ['<module> async', 'Task-1 null'])
    assert.ok(ofMain.some(([, kind]) => kind === 'timer'))
  })
}
