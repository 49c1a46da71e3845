// Generated programs, each of which knows its own true paths (test/generated), and every seed that ever failed.
// ASYNC_TRACE_PROGRAMS=5000 runs as many; ASYNC_TRACE_SEED=17 begins elsewhere, ASYNC_TRACE_SEED=fresh anywhere.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runsEveryCase } from './every-case.mjs'
import { freshSeed, keptSeeds, report, runPrograms } from './generated/run.mjs'

const MAX_REPORTS = 3
/**
 * Promises made by hand and left pending between calls can hide which call a function awaits (see
 * docs/internals.md, what is not certain). The frames stay right; the mark may stand on another one.
 */
const MAX_SLIPPING_PROGRAMS = 0.05

const count = Number(process.env.ASYNC_TRACE_PROGRAMS ?? (runsEveryCase ? 300 : 20))
const { ASYNC_TRACE_SEED: given = '1' } = process.env
const seed = given === 'fresh' ? freshSeed() : Number(given)

const kept = keptSeeds()

check('the seeds that failed before', kept)
check(
  `${count} programs from seed ${seed}`,
  Array.from({ length: count }, (_, i) => seed + i),
)

function check(name, programs) {
  test(`every path of generated programs is the true one: ${name}`, (t) => {
    t.diagnostic(`seed ${seed}`)
    const results = runPrograms(programs)
    const checks = results.reduce((sum, one) => sum + one.checks, 0)
    const slips = results.reduce((sum, one) => sum + one.slips, 0)
    const gaps = results.reduce((sum, one) => sum + one.gaps, 0)
    t.diagnostic(`${checks} paths checked, ${slips} with an [ASYNC] on a wrong frame, ${gaps} with a gap that is said`)
    const failing = results.filter(({ failures }) => failures.length > 0)
    const reports = failing.slice(0, MAX_REPORTS).map((one) => report(one))
    assert.equal(failing.length, 0, `${failing.length} programs print a wrong path\n\n${reports.join('\n\n')}`)
    assert.ok(programs.length === 0 || checks > 0, 'nothing was checked')
    const slipping = results.filter((one) => one.slips > 0).map((one) => one.from)
    const isFresh = programs !== kept
    assert.ok(!isFresh || slipping.length <= Math.max(3, count * MAX_SLIPPING_PROGRAMS), `programs ${slipping}`)
  })
}
