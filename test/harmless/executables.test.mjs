// `async-trace tree` of a single executable application, which is not called node: by the inspector and by its memory.
// test/attach.test.mjs has a copy of node under another name.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { buildExecutable } from '../single-executable.mjs'

const command = fileURLToPath(new URL('../../dist/cli/async-trace.js', import.meta.url))
const skip = process.platform !== 'linux' || process.arch !== 'x64' ? 'needs Linux x64' : false
const PROGRAM = `
async function fetchRow(id) {
  await new Promise((resolve) => setTimeout(resolve, 600_000))
  return id
}
async function handle() {
  return await fetchRow(3)
}
handle()
console.log('ready')
`

test('a single executable', { skip, timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'async-trace-executable-'))
  try {
    writeFileSync(join(folder, 'app.cjs'), PROGRAM)
    const child = spawn(buildExecutable(folder, 'app.cjs'), { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(child.stdout, 'data')
      for (const way of [[], ['--via', 'memory']]) {
        const args = [command, 'tree', String(child.pid), ...way]
        const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 })
        assert.equal(status, 0, `${way}: ${stdout}\n${stderr}`)
        assert.match(
          stdout,
          /^handle\(\)\n│ {2}handle\(\) app\.cjs:7\n│ {2}fetchRow\(\) app\.cjs:3\n└─ setTimeout 600000 ms/,
        )
      }
    } finally {
      child.kill()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
