// Real clients of real servers: what stuck ones wait for, and where answers go, as written at each program's end.
//   node test/clients.test.mjs --write    writes what they print; to be read before it is committed
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findProgram, startPostgres, startRedis, startSilent } from './clients/servers.mjs'

const EXPECTED = /\n\/\* prints:\n([\s\S]*)\*\/\n$/
const isWriting = process.argv.includes('--write')

clientsOf('PostgreSQL', startPostgres, ['pg-row-lock.mjs', 'pg-paths.mjs', 'pg-queries.mjs'], ['initdb', 'postgres'])
clientsOf('Redis', startRedis, ['redis-blpop.mjs', 'redis-paths.mjs'], ['redis-server'])
clientsOf('a server of mysql2', async () => ({ port: 0, stop() {} }), ['mysql2-paths.mjs'], [])
clientsOf('a server that never answers', startSilent, ['undici-no-answer.mjs', 'undici-kept-alive.mjs'], [])

function clientsOf(name, start, files, programs) {
  const absent = programs.filter((program) => findProgram(program) === null)
  const skip = absent.length > 0 && `no ${absent.join(', ')} here`
  describe(`clients of ${name}`, { skip }, () => {
    let server = null
    before(async () => {
      server = await start()
    })
    after(() => server?.stop())
    for (const file of files) test(file, () => check(file, server.port))
  })
}

async function check(file, port) {
  const url = new URL(`clients/${file}`, import.meta.url)
  const source = readFileSync(url, 'utf8')
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(url)], {
    env: { ...process.env, PORT: String(port) },
    timeout: 60_000,
  })
  if (isWriting) writeFileSync(url, `${source.replace(EXPECTED, '\n').trimEnd()}\n\n/* prints:\n${stdout}*/\n`)
  else assert.equal(stdout, EXPECTED.exec(source)?.[1])
}
