/**
 * What a service feels: `node benchmarks/service.mjs [--quick] [--only ROUTE]`. Fastify under autocannon, each
 * configuration in a process of its own, rounds interleaved and compared in pairs.
 */
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { answerOf, startProcess } from './processes.mjs'
import { median, printTable, verdict } from './table.mjs'

const SERVICES = [
  'bare',
  'async-trace, TypeScript only',
  'async-trace',
  'async-trace, 1 %',
  'inspector',
  'async_hooks',
  'OpenTelemetry',
]
/** `rate`: requests a second that the bare service serves with ease, for the latencies. */
const ROUTES = {
  hello: { path: '/hello', rate: 500, goals: { 'async-trace': 1.25, 'async-trace, 1 %': 1.08 } },
  nested: { path: '/nested', rate: 150, goals: { 'async-trace': 3, 'async-trace, 1 %': 1.3 } },
}
const CONNECTIONS = 20
const P99_GOAL = 1.5

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } })
const rounds = options.quick ? 1 : 5
const seconds = options.quick ? 1 : 3
const names = options.only === undefined ? Object.keys(ROUTES) : [options.only]
for (const name of names) {
  if (!Object.hasOwn(ROUTES, name)) {
    throw new Error(`No route is called '${name}'. There are: ${Object.keys(ROUTES).join(', ')}.`)
  }
}

const upstream = startProcess('service-upstream.mjs', [])
const { port: upstreamPort } = await answerOf(upstream)
const services = []
try {
  for (const name of SERVICES) services.push(await start(name))
  console.log(`Node ${process.versions.node}, ${rounds} rounds of ${seconds} s; medians of paired rounds\n`)
  for (const name of names) {
    for (const service of services) Object.assign(service, { cpuMs: [], perSecond: [], p99Ms: [] })
    for (const service of services) await load(service, ROUTES[name], { duration: 2 })
    for (let round = 0; round < rounds; round++) {
      // Another one goes first in each round: what is periodic on the machine hits all of them.
      for (let i = 0; i < services.length; i++) await sample(services[(round + i) % services.length], ROUTES[name])
    }
    console.log(`${ROUTES[name].path}\n`)
    printTable(services.map((service) => rowOf(service, ROUTES[name])))
    console.log()
  }
} finally {
  for (const { process: child } of services) child.kill()
  upstream.kill()
}

async function start(name) {
  const child = startProcess('service-child.mjs', [name, `http://127.0.0.1:${upstreamPort}`])
  const { port } = await answerOf(child)
  return { name, process: child, port }
}

async function sample(service, route) {
  await cpuOf(service)
  const full = await load(service, route, { duration: seconds })
  const { cpuMs, requests } = await cpuOf(service)
  service.cpuMs.push(cpuMs / requests)
  service.perSecond.push(full.requests.average)
  const fixed = await load(service, route, { duration: seconds, overallRate: route.rate })
  service.p99Ms.push(fixed.latency.p99)
}

async function load({ name, port }, { path }, settings) {
  const result = await autocannon({ url: `http://127.0.0.1:${port}${path}`, connections: CONNECTIONS, ...settings })
  if (result.non2xx + result.errors > 0) throw new Error(`${name}: ${result.non2xx + result.errors} requests failed.`)
  return result
}

async function cpuOf(service) {
  service.process.send('cpu')
  return await answerOf(service.process)
}

function rowOf(service, { goals }) {
  const [bare] = services
  const ratio = (of) => median(of(service).map((value, round) => value / of(bare)[round]))
  const [cpu, p99] = [ratio(({ cpuMs }) => cpuMs), ratio(({ p99Ms }) => p99Ms)]
  const goal = goals[service.name]
  return {
    service: service.name,
    'CPU µs a request': (median(service.cpuMs) * 1000).toFixed(0),
    'to bare': cpu.toFixed(2),
    goal: verdict(cpu, goal),
    'requests a second': median(service.perSecond).toFixed(0),
    'p99 at fixed rate, ms': median(service.p99Ms).toFixed(1),
    'p99 to bare': p99.toFixed(2),
    'goal ': goal === undefined ? '-' : verdict(p99, P99_GOAL),
  }
}
