// A ring of promises without an await in it hangs V8's own walk over who awaits: `new Error()` never returns. These
// programs make none, and must not hang by what the tracer captures: they print the same bare and traced.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { withCpuLimit } from './node.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = new URL('./rings/', import.meta.url)
const register = ['--import', 'async-trace/register']

/** Where it hangs, it takes all memory as well, or all time of the processor. */
function run(args, env = {}) {
  const [file, limited] = withCpuLimit(30, ['--max-old-space-size=200', ...args])
  const { status, signal, stdout, stderr } = spawnSync(file, limited, {
    cwd: root,
    encoding: 'utf8',
    timeout: 20 * 60_000,
    killSignal: 'SIGKILL',
    env: { ...process.env, ASYNC_TRACE: '', ...env },
  })
  assert.deepEqual(
    { status, signal, isAtEnd: stdout.endsWith('end\n') },
    { status: 0, signal: null, isAtEnd: true },
    stderr,
  )
  return stdout
}

for (const file of readdirSync(folder)) {
  test(file, () => {
    const program = fileURLToPath(new URL(file, folder))
    const bare = run(['--import', 'data:text/javascript,', program])
    assert.equal(run([...register, program]), bare)
    assert.equal(run([...register, program], { ASYNC_TRACE_SAMPLE: '0.5' }), bare, 'where a share is followed')
  })
}

for (const when of ['before', 'amidst', 'on']) {
  test(`who waits is told upstream of a ring closed ${when === 'on' ? 'while tracing was on' : `${when} tracing`}`, () => {
    const program = fileURLToPath(new URL('./fixtures/ring-before.mjs', import.meta.url))
    const lines = ['step 0', 'step 1', 'step 2', 'true', 'true', 'step 3', 'step 4', 'end', '']
    assert.deepEqual(run([program, when], { ASYNC_TRACE: when === 'before' ? 'off' : '' }).split('\n'), lines)
  })
}

test('no walk is left out because Node.js loads modules', () => {
  const [counter, program] = ['count-walk-switches.cjs', 'walks-kept.mjs'].map((name) =>
    fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url)),
  )
  const { stdout } = spawnSync(process.execPath, ['--require', counter, ...register, program], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ASYNC_TRACE_NATIVE: 'off' },
  })
  const [end, switches] = stdout.split('\n')
  assert.equal(end, 'end')
  // Once off and on to learn of which class those promises are; more where the machine is so busy that captures seem slow.
  assert.ok(Number.parseInt(switches, 10) < 100, switches)
})
