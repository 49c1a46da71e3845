/**
 * A service under load for ten minutes, bare and traced side by side: `npm run soak [-- --minutes N]`. Each ten seconds
 * a dump of all tasks in the midst of it, and a look at the memory. Ends non-zero where the traced service has errors
 * or wrong answers that the bare one has not, where its memory climbs faster, where the tracer counted faults, or where
 * a path at the end is not the one at the beginning.
 */
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { answerOf, startProcess } from './processes.mjs'

const LOOK_EVERY_S = 10
const CONNECTIONS = 8
const REQUESTS_A_SECOND = 150
const ANSWER = '{"length":3,"total":6}'
/** Compiled code, caches and pools settle first. */
const SETTLED_AFTER = 1 / 3
/** What a line through so few and so noisy points may climb more than the bare one's; the resident set is noisier. */
const MAX_CLIMBS_MB_A_MINUTE = { heap: 0.1, resident: 1 }
/** Within ten minutes; in a shorter run, the compiling that goes on weighs more. */
const SHORT_MINUTES = 5
const MEMORIES = [
  { name: 'heap', bytesOf: ({ heapBytes }) => heapBytes },
  { name: 'resident', bytesOf: ({ residentBytes }) => residentBytes },
]

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const minutes = Number(values.minutes)
if (!(minutes >= 1)) throw new Error(`--minutes takes a number of at least 1, not '${values.minutes}'.`)

const upstream = startProcess('service-upstream.mjs', [])
const services = []
try {
  await soak()
} finally {
  for (const { process: child } of services) child.kill()
  upstream.kill()
}

async function soak() {
  const { port: upstreamPort } = await answerOf(upstream)
  for (const name of ['bare', 'async-trace']) {
    const child = startProcess('soak-child.mjs', [name, `http://127.0.0.1:${upstreamPort}`], ['--expose-gc'])
    const { port } = await answerOf(child)
    services.push({ name, process: child, port, looks: [], requests: 0, errors: 0 })
  }
  const [bare, traced] = services
  const pathBefore = await pathOf(traced)
  console.log(`Node ${process.versions.node}, ${minutes} min, ${REQUESTS_A_SECOND} requests a second each\n`)
  for (let look = 1; look <= (minutes * 60) / LOOK_EVERY_S; look++) {
    await Promise.all(services.map(load))
    console.log(`${String(look * LOOK_EVERY_S).padStart(4)} s  ${services.map(lineOf).join('   ')}`)
  }
  const pathAfter = await pathOf(traced)
  console.log(`\nrequests: bare ${bare.requests}, async-trace ${traced.requests}`)
  const climbs = MEMORIES.map(({ name, bytesOf }) => {
    const [bareClimb, tracedClimb] = services.map(({ looks }) => climbOf(looks.map(bytesOf)))
    console.log(
      `climb of the ${name} memory, MB a minute: bare ${bareClimb.toFixed(3)}, async-trace ${tracedClimb.toFixed(3)}`,
    )
    return { name, more: tracedClimb - Math.max(0, bareClimb) }
  })
  console.log(`\n${pathAfter}`)

  const failures = [
    traced.errors > bare.errors && `${traced.errors} errors, ${bare.errors} in the bare service`,
    traced.looks.at(-1).faults > 0 && `${traced.looks.at(-1).faults} faults inside the tracer`,
    ...climbs.map(({ name, more }) => more > limitOf(name) && `the ${name} memory climbs faster than the bare one's`),
    pathAfter !== pathBefore && `the paths at the beginning were others:\n${pathBefore}`,
    !/^↑ ownPath\(\).*\[EXECUTOR\].*soak-child/ms.test(pathAfter) && 'the path of the job does not reach its pool',
  ].filter(Boolean)
  for (const failure of failures) console.error(`FAILED: ${failure}`)
  if (failures.length > 0) process.exitCode = 1
}

async function load(service) {
  const loaded = autocannon({
    url: `http://127.0.0.1:${service.port}/work`,
    connections: CONNECTIONS,
    overallRate: REQUESTS_A_SECOND,
    duration: LOOK_EVERY_S,
    expectBody: ANSWER,
  })
  await new Promise((resolve) => setTimeout(resolve, (LOOK_EVERY_S * 1000) / 2))
  const dump = await ask(service, 'dump')
  const result = await loaded
  service.requests += result.requests.total
  service.errors += result.non2xx + result.errors + result.mismatches
  service.looks.push({ ...dump, ...(await ask(service, 'memory')) })
}

async function ask(service, question) {
  service.process.send(question)
  return await answerOf(service.process)
}

function lineOf({ name, looks, errors }) {
  const { heapBytes, residentBytes, tasks, pauseMs, faults } = looks.at(-1)
  const memory = `${name} ${megabytes(heapBytes)} MB, resident ${megabytes(residentBytes)} MB, ${errors} errors`
  if (name === 'bare') return memory
  return `${memory}, ${faults} faults, dump of ${tasks} tasks held it up ${pauseMs.toFixed(0)} ms`
}

function megabytes(bytes) {
  return (bytes / 2 ** 20).toFixed(2)
}

function limitOf(memory) {
  return MAX_CLIMBS_MB_A_MINUTE[memory] * (minutes < SHORT_MINUTES ? 10 : 1)
}

/** Least squares over the looks after the first third. */
function climbOf(bytes) {
  const first = Math.floor(bytes.length * SETTLED_AFTER)
  const points = bytes.slice(first).map((each, i) => [(i * LOOK_EVERY_S) / 60, each / 2 ** 20])
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)]
  const covariance = mean(([x, y]) => (x - meanX) * (y - meanY))
  const variance = mean(([x]) => (x - meanX) ** 2)
  return variance === 0 ? 0 : covariance / variance
}

async function pathOf({ port }) {
  const response = await fetch(`http://127.0.0.1:${port}/path`)
  return await response.text()
}
