// Asks programs that hang for their summary: what they recorded themselves, and what the memory of one says that loaded nothing.
// Each names at its end what is expected.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { captureMemory } from '../dist/attach/memory-capture.js'
import { explanationText } from '../dist/format/explanation-text.js'
import { findProgram } from './clients/servers.mjs'
import { masked, memorySkip, start, stop } from './targets.mjs'

/** With this flag of the test file, what they print is written into them; to be read before it is committed. */
const isWriting = process.argv.includes('--write')
const print = new URL('../dist/format/explanation-text.js', import.meta.url).href
const register = new URL('../dist/register.js', import.meta.url).href

/**
 * The programs are begun together, and asked one after another.
 *
 * @param options.folder the URL of the folder that has them.
 * @param options.runIn a copy of it in which they run, if that is another one.
 * @param options.server the function that starts the server they need, and what must be installed for that.
 */
export function hangsOf(name, files, { folder, runIn = folder, server = null }) {
  const absent = (server?.programs ?? []).filter((program) => findProgram(program) === null)
  const skip = absent.length > 0 && `no ${absent.join(', ')} here`
  describe(`programs that hang ${name}`, { skip }, () => {
    let started = null
    const env = {}
    const begun = new Map()
    const path = (file) => fileURLToPath(new URL(file, runIn))
    before(async () => {
      started = await server?.start()
      if (started) env.PORT = String(started.port)
      if (memorySkip() !== false) return
      for (const file of files) begun.set(file, start(path(file), { env, cwd: fileURLToPath(runIn), waitFor: 'hangs' }))
    })
    after(async () => {
      for (const target of begun.values()) await stop(await target)
      await started?.stop()
    })
    for (const file of files) {
      test(`${file}: its memory`, { skip: memorySkip() }, async () => {
        const { pid, stderr } = await begun.get(file)
        const options = { threads: false, mostPauseMs: 60_000, onProgress: () => {} }
        const { graph } = await captureMemory(pid, options)
        check(new URL(file, folder), 'memory', explanationText(graph, [], 'basename'), stderr)
      })
      test(`${file}: what it recorded`, async () => {
        const options = { env: { ...process.env, ...env, PRINT: print }, cwd: fileURLToPath(runIn), timeout: 120_000 }
        const { stdout, stderr } = await promisify(execFile)(
          process.execPath,
          ['--import', register, path(file)],
          options,
        )
        check(new URL(file, folder), 'records', stdout.slice(stdout.indexOf('hangs\n') + 'hangs\n'.length), stderr)
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
    .replace(/ in process \d+ /g, ' in process PID ')
    .replace(/localhost:\d+/g, 'localhost:PORT')
    .replace(/next attempt (?:due|in [\d.]+ m?s)/g, 'next attempt')
}

function check(file, route, text, stderr) {
  const shown = maskedToo(masked(text))
  const source = readFileSync(file, 'utf8')
  const comment = new RegExp(`\\n/\\* ${route}:\\n([\\s\\S]*?)\\n\\*/\\n`)
  if (!isWriting) {
    const expected = comment.exec(source)?.[1]
    assert.ok(expected !== undefined, `${file} does not say what ${route} shows`)
    assert.equal(shown, expected, stderr)
    return
  }
  writeFileSync(file, `${source.replace(comment, '').trimEnd()}\n\n/* ${route}:\n${shown}\n*/\n`)
}
