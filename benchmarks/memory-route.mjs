/**
 * What it costs to ask a process that loaded nothing: by reading its memory, idle and busy, and over its inspector.
 * `node benchmarks/memory-route.mjs [--megabytes 5,200,1000] [--functions 1000]`. One process a row is asked by each route.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { printTable } from './table.mjs'

const command = fileURLToPath(new URL('../dist/cli/async-trace.js', import.meta.url))
const child = fileURLToPath(new URL('memory-route-child.mjs', import.meta.url))
const { values } = parseArgs({
  options: { megabytes: { type: 'string', default: '5,200,1000' }, functions: { type: 'string', default: '1000' } },
})
/** Prints what the command itself took when it ends. */
const USAGE = `data:text/javascript,${encodeURIComponent(`process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  console.error('usage ' + JSON.stringify([maxRSS / 1024, (userCPUTime + systemCPUTime) / 1e6]))
})`)}`

console.log(`Node ${process.versions.node}, ${values.functions} suspended functions\n`)
const rows = []
for (const megabytes of values.megabytes.split(',')) {
  rows.push(await measured(megabytes, 'idle', 'memory'))
  rows.push(await measured(megabytes, 'busy', 'memory'))
  rows.push(await measured(megabytes, 'idle', 'inspector'))
}
printTable(rows)

async function measured(megabytes, state, via) {
  const target = spawn(process.execPath, ['--max-old-space-size=8000', child, values.functions, megabytes, state], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    await once(target.stdout, 'data')
    const pause = via === 'memory' ? ['--pause', '60'] : []
    return { 'heap (MB)': megabytes, process: state, via, ...(await asked(target.pid, ['--via', via, ...pause])) }
  } finally {
    target.kill('SIGKILL')
  }
}

async function asked(pid, options) {
  const startedAt = performance.now()
  const asking = spawn(process.execPath, ['--import', USAGE, command, 'ps', String(pid), '--json', ...options])
  let stdout = ''
  let stderr = ''
  asking.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  asking.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const [code] = await once(asking, 'close')
  const seconds = (performance.now() - startedAt) / 1000
  if (code !== 0) return { total: `refused (exit code ${code})`, 'CPU time': '', pause: '', "reader's memory": '' }
  const [memory, cpu] = JSON.parse(/usage (.*)/.exec(stderr)[1])
  const { threads } = JSON.parse(stdout)
  return {
    total: `${seconds.toFixed(2)} s`,
    'CPU time': `${cpu.toFixed(2)} s`,
    pause: `${(threads[0].pauseMs / 1000).toFixed(2)} s`,
    "reader's memory": `${memory.toFixed(0)} MB`,
  }
}
