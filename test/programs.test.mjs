// Every program in test/programs prints exactly the paths that its marks name.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const folder = new URL('./programs/', import.meta.url)
const MARK =
  /\b([a-z]+)(\d+) ((?:new |get |set )?[^\s,:[\]×]+(?: traced>)?)(?::(\d+))?(?: \[([A-Za-z]+)\])?(?: ×(\d+))?/g

for (const file of readdirSync(folder).filter((name) => /\.[mc]js$/.test(name) && !name.startsWith('trace.'))) {
  const url = new URL(file, folder)
  const source = readFileSync(url, 'utf8')
  const needed = Number(/^\/\/ Needs Node (\d+)/.exec(source)?.[1] ?? 0)
  const skip = Number(process.versions.node.split('.')[0]) < needed && `needs Node ${needed}`
  test(file, { skip }, () => {
    const expected = marksOf(source)
    const printed = run(url)
    assert.deepEqual([...new Set(printed.map(({ label }) => label))].sort(), [...expected.keys()].sort())
    for (const { label, frames, root } of printed) {
      const wanted = expected.get(label)
      const got = frames.map((frame, i) => words(frame, wanted[i]?.column, file))
      assert.deepEqual(
        got,
        wanted.map((frame) => words(frame, frame.column, file)),
        `trace '${label}'`,
      )
      assert.equal(root, 'Task-1')
    }
  })
}

function run(url) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', url.pathname], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.equal(status, 0, stderr)
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"label"'))
    .map((line) => JSON.parse(line))
}

function marksOf(source) {
  const marks = new Map()
  source.split('\n').forEach((text, i) => {
    const comment = /\/\/ (.*)$/.exec(text)?.[1] ?? ''
    for (const [, label, index, name, column, boundary, repeated] of comment.matchAll(MARK)) {
      const frames = marks.get(label) ?? []
      const isPlace = name !== '<not traced>'
      frames[index] = {
        name,
        file: isPlace ? undefined : null,
        line: isPlace ? i + 1 : null,
        column: column && Number(column),
        boundary: boundary?.toLowerCase() ?? null,
        repeated: Number(repeated ?? 1),
      }
      marks.set(label, frames)
    }
  })
  for (const [label, frames] of marks) {
    assert.ok(Object.keys(frames).length === frames.length, `the marks of '${label}' have a gap`)
  }
  return marks
}

function words({ name, file, line, boundary, repeated, column }, wantedColumn, program) {
  const place = line === null ? '' : ` at ${file === program || file === undefined ? '' : `${file}:`}${line}`
  const at = wantedColumn ? `:${column}` : ''
  return `${name}${place}${at}${boundary ? ` [${boundary.toLowerCase()}]` : ''}${repeated > 1 ? ` ×${repeated}` : ''}`
}
