// Programs that hang in the shape of public bug reports, asked for their summary: what they recorded themselves, and what the
// memory of one says that loaded nothing. Each names at its end what is expected.
//   node test/hangs.test.mjs --write    writes what they print; to be read before it is committed
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { captureMemory } from '../dist/attach/memory-capture.js'
import { explanationText } from '../dist/format/explanation-text.js'
import { findProgram, startPostgres, startRedis } from './clients/servers.mjs'
import { casesOf, runsEveryCase, testEveryCase } from './every-case.mjs'
import { ask, masked, memorySkip, start, stop } from './targets.mjs'

const isWriting = process.argv.includes('--write')
const folder = new URL('./hangs/', import.meta.url)
const isProgram = (file) => readFileSync(new URL(file, folder), 'utf8').includes("hangs.mjs'")
const alone = readdirSync(folder).filter((file) => file.endsWith('.mjs') && isProgram(file))
const ofPostgres = ['servers/leaked-clients.mjs', 'servers/slow-query.mjs']

hangsOf(
  'by themselves',
  casesOf(alone, (file) => /^(lock-again|unread-bodies|silent-worker)\./.test(file)),
)
if (runsEveryCase) {
  hangsOf('on PostgreSQL', ofPostgres, startPostgres, ['initdb', 'postgres'])
  hangsOf('on Redis', ['servers/blocking-command.mjs'], startRedis, ['redis-server'])
}

testEveryCase('a worker that its parent waits for is asked without being wanted', async () => {
  const target = await start(path('silent-worker.mjs'), { waitFor: 'hangs' })
  try {
    for (const route of [['--via', 'inspector'], []]) {
      const { stdout, stderr } = await ask(['tree', target.pid, ...route, '--timeout', '120'])
      assert.match(
        stdout,
        /^Thread 1 blocks its event loop:\n +at <module> .*locked-worker\.mjs:4\n/,
        stderr,
      )
      assert.match(stdout, /event 'message' of worker 1/)
    }
  } finally {
    await stop(target)
  }
})

testEveryCase('conclusions about a recorded process with a large heap', { skip: memorySkip() }, async () => {
  const flags = [
    '--import',
    new URL('../dist/register.js', import.meta.url).href,
    '--import',
    new URL('large-heap.mjs', folder).href,
  ]
  const target = await start(path('lock-again.mjs'), { flags, waitFor: 'hangs' })
  try {
    const { stdout, stderr } = await ask(['tree', target.pid, '--timeout', '120', '--pause', '60'])
    assert.match(stdout, /--heap reads the heap/, stderr)
    assert.match(stdout, /^1 deadlock:\n {2}1\. <anonymous> .*lock-again\.mjs:13, in save\(\) → the lock of Semaphore/m)
    assert.match(stdout, /^3 HTTP requests/m)
  } finally {
    await stop(target)
  }
})

/** The programs are begun together, and asked one after another. */
function hangsOf(name, files, startServer = null, programs = []) {
  const absent = programs.filter((program) => findProgram(program) === null)
  const skip = absent.length > 0 && `no ${absent.join(', ')} here`
  describe(`programs that hang ${name}`, { skip }, () => {
    let server = null
    const env = {}
    const begun = new Map()
    before(async () => {
      server = await startServer?.()
      if (server) env.PORT = String(server.port)
      if (memorySkip() !== false) return
      for (const file of files) begun.set(file, start(path(file), { env, waitFor: 'hangs' }))
    })
    after(async () => {
      for (const target of begun.values()) await stop(await target)
      await server?.stop()
    })
    for (const file of files) {
      test(`${file}: its memory`, { skip: memorySkip() }, async () => {
        const { pid, stderr } = await begun.get(file)
        const options = { threads: false, mostPauseMs: 60_000, onProgress: () => {} }
        const { graph } = await captureMemory(pid, options)
        check(file, 'memory', explanationText(graph, [], 'basename'), stderr)
      })
      test(`${file}: what it recorded`, async () => {
        const print = new URL('../dist/format/explanation-text.js', import.meta.url).href
        const register = new URL('../dist/register.js', import.meta.url).href
        const options = { env: { ...process.env, ...env, PRINT: print }, timeout: 600_000 }
        const { stdout, stderr } = await promisify(execFile)(
          process.execPath,
          ['--import', register, path(file)],
          options,
        )
        check(file, 'records', stdout.slice(stdout.indexOf('hangs\n') + 'hangs\n'.length), stderr)
      })
    }
  })
}

/** Numbers of tasks, ages, and lines of packages: they differ between versions. */
function maskedToo(text) {
  return text
    .replace(/Task-\d+/g, 'Task-N')
    .replace(/, (for|oldest) [\d.]+ m?s\b/g, ', $1 N s')
    .replace(/ index\.js:\d+/g, ' index.js')
}

function path(file) {
  return fileURLToPath(new URL(file, folder))
}

function check(file, route, text, stderr) {
  const shown = maskedToo(masked(text))
  const source = readFileSync(new URL(file, folder), 'utf8')
  const comment = new RegExp(`\\n/\\* ${route}:\\n([\\s\\S]*?)\\n\\*/\\n`)
  if (!isWriting) {
    const expected = comment.exec(source)?.[1]
    assert.ok(expected !== undefined, `${file} does not say what ${route} shows`)
    assert.equal(shown, expected, stderr)
    return
  }
  writeFileSync(new URL(file, folder), `${source.replace(comment, '').trimEnd()}\n\n/* ${route}:\n${shown}\n*/\n`)
}
