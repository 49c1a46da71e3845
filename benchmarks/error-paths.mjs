/**
 * Which of the three functions of a program the stack of an error names that a real package fails with:
 *   npm i --prefix benchmarks/error-paths && node benchmarks/error-paths.mjs [TOOL ...]
 * starts PostgreSQL and Redis and runs twenty operations with `await` and with `.then`, with each tool. An operation counts for
 * a tool if all three functions are named, in the innermost and in the outermost handler.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startPostgres, startRedis } from '../test/clients/servers.mjs'
import { printTable } from './table.mjs'

const folder = new URL('error-paths/', import.meta.url)
if (!existsSync(new URL('node_modules', folder))) {
  throw new Error('Install the packages first: npm i --prefix benchmarks/error-paths')
}
const fileOf = (name) => fileURLToPath(new URL(name, folder))
const { operations } = createRequire(import.meta.url)('./error-paths/operations.cjs')
const ALL = {
  'Node.js alone': [],
  trace: ['--require', fileOf('node_modules/trace')],
  longjohn: ['--require', fileOf('node_modules/longjohn')],
  'async-trace': ['--import', new URL('error-paths-traced.mjs', import.meta.url).href],
}
const names = process.argv.slice(2)
const TOOLS = Object.fromEntries(Object.entries(ALL).filter(([name]) => names.length === 0 || names.includes(name)))
const STYLES = ['await', 'then']

const servers = await Promise.all([startPostgres(), startRedis()])
const env = { ...process.env, PG_PORT: String(servers[0].port), REDIS_PORT: String(servers[1].port) }
try {
  const rows = []
  const counts = Object.keys(TOOLS).map(() => STYLES.map(() => 0))
  for (const name of Object.keys(operations)) {
    const row = { operation: name }
    for (const [t, tool] of Object.keys(TOOLS).entries()) {
      for (const [s, style] of STYLES.entries()) {
        const named = await run(TOOLS[tool], name, style)
        row[`${tool}: ${style}`] = named
        if (named === 'all') counts[t][s]++
      }
    }
    rows.push(row)
  }
  const all = { operation: `all three, of ${rows.length}` }
  for (const [t, tool] of Object.keys(TOOLS).entries()) {
    for (const [s, style] of STYLES.entries()) all[`${tool}: ${style}`] = String(counts[t][s])
  }
  console.log(`Node ${process.versions.node}\n`)
  printTable([...rows, all])
} finally {
  for (const server of servers) await server.stop()
}

async function run(flags, name, style) {
  const args = [...flags, fileOf('run.cjs'), name, style]
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 30_000 })
    const { innermost, outermost } = JSON.parse(stdout)
    return `${innermost}` === `${outermost}` ? said(innermost) : `${said(innermost)}, then ${said(outermost)}`
  } catch (error) {
    return error.killed ? 'does not end' : 'fails'
  }
}

function said(names) {
  return names.length === 3 ? 'all' : names.length === 0 ? '-' : names.join(', ')
}
