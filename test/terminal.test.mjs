// What a traced program names, and where it lies, cannot reach the terminal as anything but text.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { formatAsyncTrace } from 'async-trace'
import { ACTIVE, HOSTILE } from './hostile-texts.mjs'

const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url))

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`${what}, in a function's, a task's and a file's name, in every style`, () => {
    const frame = {
      name: text,
      filename: `/srv/${text}/${text}.js`,
      line: 1,
      column: 1,
      indent: 0,
      boundary: 'timeout',
      isExecutor: false,
      threadId: 0,
      repeated: 1,
    }
    const task = { id: 1, name: text, kind: 'timeout', threadId: 0, createdAtMs: 0, createdAt: null }
    const frames = [
      { ...frame, task },
      { ...frame, task: null, filename: null, boundary: null },
    ]
    for (const style of ['tree', 'stack']) {
      for (const paths of ['relative', 'absolute', 'basename']) {
        const printed = formatAsyncTrace({ frames, currentTask: task, inExecutor: false }, { style, paths })
        assert.doesNotMatch(printed, ACTIVE)
        assert.equal(printed.split('\n').length, style === 'tree' ? 2 : 3)
      }
    }
  })
}

test('a real program in a hostile folder, with hostile function and task names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-\u001b[31m-'))
  try {
    const file = join(folder, 'a\u001b]0;owned\u0007\n.cjs')
    const names = Object.values(HOSTILE).map((text) => JSON.stringify(text))
    writeFileSync(
      file,
      `const { printTrace, setTaskName } = require(${JSON.stringify(entry)})
       const names = [${names}]
       const next = (i) => {
         if (i === names.length) return void (printTrace(), printTrace({ style: 'stack' }), printTrace({ internals: true }))
         const run = { [names[i]]() { setTaskName(names[i]); next(i + 1) } }[names[i]]
         setTimeout(run, 1)
       }
       next(0)
       //# sourceURL=/srv/\u001b[2J.js`,
    )
    const { status, stdout: printed, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    assert.match(printed, /\\u001b\[2J/)
    assert.doesNotMatch(printed, ACTIVE)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
