/**
 * A service under load for ten minutes, bare and traced side by side: `npm run soak [-- --minutes N]`. A look each ten
 * seconds, with a dump of all tasks. Ends non-zero where the traced service has errors that the bare one has not,
 * where its memory climbs faster, or where a path at the end is not the one at the beginning.
 */
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { answerOf, startProcess } from './processes.mjs'

const LOOK_EVERY_S = 10
const CONNECTIONS = 8
const REQUESTS_A_SECOND = 150
/** Compiled code, caches and pools settle first. */
const SETTLED_AFTER = 1 / 3
const MAX_CLIMB_MB_A_MINUTE = 0.5

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const minutes = Number(values.minutes)
if (!(minutes >= 1)) throw new Error(`--minutes takes a number of at least 1, not '${values.minutes}'.`)

const upstream = startProcess('service-upstream.mjs', [])
const { port: upstreamPort } = await answerOf(upstream)
const services = []
for (const name of ['bare', 'async-trace']) {
  const child = startProcess('soak-child.mjs', [name, `http://127.0.0.1:${upstreamPort}`], ['--expose-gc'])
  const { port } = await answerOf(child)
  services.push({ name, process: child, port, looks: [], errors: 0 })
}
const [bare, traced] = services
const pathBefore = await pathOf(traced)

console.log(`Node ${process.versions.node}, ${minutes} min, ${REQUESTS_A_SECOND} requests a second each\n`)
for (let look = 1; look <= (minutes * 60) / LOOK_EVERY_S; look++) {
  await Promise.all(services.map(load))
  const line = services.map(({ name, looks, errors }) => {
    const { heapBytes, tasks, dumpMs, faults } = looks.at(-1)
    return `${name} ${(heapBytes / 2 ** 20).toFixed(2)} MB, ${errors} errors${
      name === 'bare' ? '' : `, ${faults} faults, dump of ${tasks} tasks in ${dumpMs.toFixed(0)} ms`
    }`
  })
  console.log(`${String(look * LOOK_EVERY_S).padStart(4)} s  ${line.join('   ')}`)
}
const pathAfter = await pathOf(traced)
const climbs = services.map(climbOf)
console.log(`\nclimb of the heap, MB a minute: bare ${climbs[0].toFixed(3)}, async-trace ${climbs[1].toFixed(3)}`)
console.log(`\n${pathAfter}`)
for (const { process: child } of services) child.kill()
upstream.kill()

const failures = [
  traced.errors > bare.errors && `${traced.errors} errors, ${bare.errors} in the bare service`,
  traced.looks.at(-1).faults > 0 && `${traced.looks.at(-1).faults} faults inside the tracer`,
  climbs[1] - climbs[0] > MAX_CLIMB_MB_A_MINUTE && 'the traced heap climbs faster than the bare one',
  pathAfter !== pathBefore && `the path at the beginning was another:\n${pathBefore}`,
].filter(Boolean)
for (const failure of failures) console.error(`FAILED: ${failure}`)
process.exitCode = failures.length > 0 ? 1 : 0

async function load(service) {
  const result = await autocannon({
    url: `http://127.0.0.1:${service.port}/work`,
    connections: CONNECTIONS,
    overallRate: REQUESTS_A_SECOND,
    duration: LOOK_EVERY_S,
  })
  service.errors += result.non2xx + result.errors
  service.process.send('look')
  service.looks.push(await answerOf(service.process))
}

/** Least squares over the looks after the first third. */
function climbOf({ looks }) {
  const first = Math.floor(looks.length * SETTLED_AFTER)
  const points = looks.slice(first).map(({ heapBytes }, i) => [(i * LOOK_EVERY_S) / 60, heapBytes / 2 ** 20])
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
