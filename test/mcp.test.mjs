// `async-trace mcp`, asked by the SDK's own client.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { withoutColumns } from './columns.mjs'
import { command, start, stop } from './targets.mjs'

test('an agent lists processes, and asks what one waits for', async () => {
  const target = await start('deadlock.mjs')
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [command, 'mcp'] }))
  const call = async (name, args = {}) => {
    const { content, isError = false } = await client.callTool({ name, arguments: args }, undefined, {
      timeout: 120_000,
    })
    return { text: withoutColumns(content.map(({ text }) => text).join('\n')), isError }
  }
  try {
    const { tools } = await client.listTools()
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['list_processes', 'explain', 'tree', 'leaks'],
    )
    assert.ok(tools.every(({ annotations }) => annotations.readOnlyHint))
    const listed = await call('list_processes')
    assert.match(listed.text, new RegExp(`^${target.pid} .*deadlock\\.mjs`, 'm'))
    const explained = await call('explain', { target: target.pid })
    assert.match(explained.text, /deadlock/)
    assert.equal(explained.isError, false)
    const tree = await call('tree', { target: String(target.pid), filter: 'racer', limit: 2 })
    assert.match(tree.text, /^racer\(\)/m)
    assert.match(tree.text, /left out by --limit 2/)
    const nobody = await call('tree', { target: 999_999_999 })
    assert.deepEqual([nobody.isError, /no process 999999999/.test(nobody.text)], [true, true], nobody.text)
    // What it is given are a target and texts, never options.
    const option = await call('tree', { target: '--inject' })
    assert.deepEqual([option.isError, /--inject/.test(option.text)], [true, true], option.text)
    assert.equal((await call('explain')).text, 'explain needs the argument target.')
    assert.match((await call('format_disk')).text, /There is no tool format_disk/)
  } finally {
    await client.close()
    await stop(target)
  }
})

test('without the SDK it says what to install', () => {
  const folder = mkdtempSync(join(tmpdir(), 'async-trace-test-'))
  try {
    cpSync(fileURLToPath(new URL('../dist', import.meta.url)), join(folder, 'dist'), { recursive: true })
    cpSync(fileURLToPath(new URL('../package.json', import.meta.url)), join(folder, 'package.json'))
    const { status, stderr } = spawnSync(process.execPath, [join(folder, 'dist/cli/async-trace.js'), 'mcp'], {
      encoding: 'utf8',
    })
    assert.equal(status, 2)
    assert.match(stderr, /npm install @modelcontextprotocol\/sdk/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
