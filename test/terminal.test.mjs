// What a traced program names, and where it lies, cannot reach the terminal as anything but text.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { formatAsyncTrace } from 'async-trace'

const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url))

/** What a terminal obeys, breaks a line at, or turns the direction of the text with. */
const ACTIVE = /[^\P{C}\n]|[\u2028\u2029]/u

const HOSTILE = {
  'clear the screen': '\u001b[2J\u001b[H',
  'set the title': '\u001b]0;owned\u0007',
  'a link': '\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\',
  'copy to the clipboard': '\u001b]52;c;cm0gLXJm\u0007',
  'C1 introducer': '\u009b31m\u009d0;owned\u009c',
  'overwrite the line': 'bad\rgood',
  'a forged line': 'x\n    at forged (/etc/passwd:1:1)',
  'line separators': 'a\u2028b\u2029c\u0085d',
  backspaces: 'evil\b\b\b\bgood',
  delete: 'a\u007fb',
  'direction overrides': '\u202egnp.exe\u202c \u2066a\u2069 \u200f\u200e\u061c',
  null: 'a\u0000b',
  'tabs and feeds': 'a\tb\vc\fd',
}

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
