// A process is asked over an inspector that is open, by its address alone: another machine, a container, any platform.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { checkNodeVersion } from '../dist/attach/node-version.js'
import { ask, start, stop, until } from './targets.mjs'

test('by HOST:PORT, by a name, and by the URL that Node.js prints; the inspector stays open', async () => {
  const target = await start('checkout.mjs', { flags: ['--inspect=0'] })
  try {
    const [url, port] = /ws:\/\/127\.0\.0\.1:(\d+)\/\S+/.exec(target.stderr)
    for (const address of [`127.0.0.1:${port}`, `localhost:${port}`, port, url]) {
      const { stdout, stderr, code } = await ask(['tree', '--inspect', address])
      assert.equal(code, 0, stderr)
      assert.match(stdout, /^1 deadlock:\n {2}1\. loadUser\(\) checkout\.mjs:18 → loadTeam\(\) checkout\.mjs:23 /)
      assert.match(stdout, /\ncheckout\(\)\n│ {2}checkout\(\) checkout\.mjs:38\n/)
    }
    for (const [env, isColored] of [
      [{ FORCE_COLOR: '1' }, true],
      [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
      [{}, false],
    ]) {
      const { stdout } = await ask(['tree', '--inspect', url], { env })
      assert.equal(stdout.includes('\x1b['), isColored)
    }
    const { stdout } = await ask(['ps', '--inspect', url])
    assert.match(stdout, / sendMail +checkout\.mjs:34 +setTimeout 900000 ms/)
  } finally {
    await stop(target)
  }
})

test('what is in the way is said', async () => {
  const server = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1')
  await until(() => server.listening)
  try {
    const refused = async (code, args, message) => {
      const answer = await ask(args)
      assert.deepEqual([answer.code, answer.stdout], [code, ''], answer.stderr)
      assert.match(answer.stderr, message)
    }
    const { port } = server.address()
    await refused(3, ['tree', '--inspect', String(port)], /is not the inspector of Node\.js/)
    await refused(3, ['tree', '--inspect', 'somewhere'], /takes HOST:PORT or a ws:\/\/ URL, not somewhere/)
    await refused(3, ['tree', '--inspect', 'nowhere.invalid:9229'], /there is no host named nowhere\.invalid/)
    await refused(2, ['tree', '--inspect', '9229', '4711'], /names the process: leave out 4711/)
    await refused(2, ['tree', '--inspect', '9229', '--via', 'memory'], /--via needs a PID/)
    await refused(2, ['leaks', '--inspect', '9229'], /leaks reads memory/)
    await refused(3, ['tree', '--inspect', 'localhost:70000'], /a port is a number from 1 to 65535/)
    // A browser refuses this port, and so does `fetch`.
    await refused(
      5,
      ['tree', '--inspect', '127.0.0.1:1'],
      /no inspector answers at 127\.0\.0\.1:1: nothing listens there/,
    )
    server.close()
    await refused(5, ['tree', '--inspect', String(port)], /no inspector answers at \d+: nothing listens there/)
  } finally {
    server.close()
  }
})

test('asking loads nothing in the process, and leaves nothing on its globalThis', async () => {
  const target = await start('own-globals.mjs', { flags: ['--inspect=0'] })
  try {
    const [, port] = /ws:\/\/127\.0\.0\.1:(\d+)\//.exec(target.stderr)
    const { stdout, stderr } = await ask(['tree', '--inspect', port])
    assert.match(stdout, /its resolve\(\) is stored in Pool\.#waiting/, stderr)
    target.child.kill('SIGUSR2')
    await until(() => target.stdout.match(/^ready .*\n/gm).length === 2)
    const [before, after] = target.stdout.trimEnd().split('\n')
    assert.equal(after, before)
  } finally {
    await stop(target)
  }
})

test('a process whose Node.js lacks what it would be asked with is refused', async () => {
  const running = (version) => checkNodeVersion({ runForValue: async () => version }, '')
  await assert.rejects(
    running('18.20.4'),
    /the process runs Node\.js 18\.20\.4; async-trace asks Node\.js 20 and later/,
  )
  await running(process.versions.node)
})
