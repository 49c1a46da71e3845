// How far a request to another server has come: that the program has called end() does not tell that anything was sent.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { clientRequest, openRequest } from '../dist/model/request-facts.js'
import { formatWaitGraph } from '../dist/showing.js'
import { ask, folder, memorySkip, start, stop } from './targets.mjs'

const states = {
  '/sent': 'sent',
  '/chunks': 'sent',
  '/whole': 'sent',
  '/promised': 'short',
  '/part': 'short',
  '/open': 'sending',
  '/queued': 'queued',
  '/large': 'blocked',
  '/lookup': 'connecting',
  '/secure': 'securing',
}
/** Its Content-Length is more than nothing, and how much has been written is in no memory that we read. */
const inMemory = { ...states, '/whole': 'ended', '/promised': 'ended', '/part': 'ended', '/large': 'ended' }

let target
before(async () => {
  target = await start('outgoing-requests.mjs', { flags: ['--inspect-port=0'] })
})
after(() => stop(target))

async function requestsOf(args = []) {
  const { stdout, stderr } = await ask(['tree', target.pid, '--json', ...args])
  assert.notEqual(stdout, '', stderr)
  return JSON.parse(stdout).requests
}
const statesOf = (requests) => Object.fromEntries(requests.map(({ path, state }) => [path, state]))

test('an unprepared process tells how far each request has come, and what is missing', async () => {
  const requests = await requestsOf()
  assert.deepEqual(statesOf(requests), states)
  const missing = (path) => requests.find((each) => each.path === path).missingBytes
  assert.equal(missing('/promised'), 7)
  assert.equal(missing('/part'), 3)
  assert.ok(missing('/large') > 1 << 20)
  assert.equal(missing('/whole'), undefined)
})

test('memory says only what it knows', { skip: memorySkip() }, async () => {
  assert.deepEqual(statesOf(await requestsOf(['--via', 'memory', '--pause', '60'])), inMemory)
})

test('a recorded process tells the same', () => {
  const register = new URL('../dist/register.js', import.meta.url).href
  const args = ['--import', register, 'outgoing-requests.mjs', 'json']
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 })
  assert.match(stdout, /^ready\n\[/, stderr)
  assert.deepEqual(statesOf(JSON.parse(stdout.slice('ready\n'.length))), states)
})

const facts = {
  ...{ method: 'POST', path: '/', host: 'h', agentKey: null, isQueued: false, isConnecting: false, isSecuring: false },
  ...{ isEnded: true, hasOutput: false, hasAnswer: false },
}
const numbers = { unsentBytes: 0, bodyBytes: null, local: null, remote: null }
const header = (text) => `POST / HTTP/1.1\r\n${text}\r\n\r\n`

test('a body counts as sent only if that is known', () => {
  const of = (more, bodyBytes = null) => clientRequest({ ...facts, ...more, numbers: { ...numbers, bodyBytes } }).state
  assert.equal(of({ header: header('Content-Length: 4') }, 4), 'sent')
  assert.equal(of({ header: header('Content-Length: 4') }, 3), 'short')
  assert.equal(of({ header: header('Content-Length: 4') }), 'ended')
  assert.equal(of({ header: header('Transfer-Encoding: chunked') }), 'sent')
  assert.equal(of({ header: header('a: b').slice(0, -2) }), 'ended')
  assert.equal(of({ header: null }), 'ended')
  assert.equal(of({ header: header('a: b'), hasOutput: true }), 'blocked')
})

const request = (more) => ({
  ...{ side: 'server', method: 'POST', path: '/', host: null, state: 'unanswered', ageMs: 2000, silentMs: 2000 },
  ...{ lastIn: null, nodeIds: [], threadId: 0, ...more },
})
const head = (requests) => formatWaitGraph({ nodes: [], edges: [], cycles: [], requests }, { paths: 'basename' })

test('both sides of one request are one line, unless the side that sends tells something of its own', () => {
  const connection = '127.0.0.1:5000 > 127.0.0.1:80'
  const client = request({ side: 'client', host: '127.0.0.1:80', state: 'sent', connection })
  const server = request({ connection })
  assert.equal(head([server, client]), '1 HTTP request unanswered: POST /, sent by this process itself, for 2 s')
  assert.match(head([request({}), client]), /\n1 outgoing HTTP request .*, sent, no answer, for 2 s$/)
  const ended = { ...client, state: 'ended' }
  assert.match(
    head([{ ...server, state: 'arriving' }, ended]),
    /ended without all of its body.*, to this process itself/,
  )
})

test('a request that has just begun is in progress; without an age it is not known', () => {
  assert.equal(head([request({ ageMs: 3 }), request({ ageMs: 999 })]), '2 HTTP requests in progress, younger than 1 s')
  const old = request({ ageMs: 61_000 })
  assert.equal(
    head([request({ ageMs: 3 }), old]),
    '1 HTTP request unanswered: POST /, for 1 min 1 s\n1 HTTP request in progress, younger than 1 s',
  )
  assert.equal(head([request({ ageMs: null })]), '1 HTTP request unanswered: POST /')
})

test('the oldest come first, and no function of a package is named', () => {
  const lastIn = { name: 'proxy', filename: '/app/node_modules/nest/router.js', line: 1, column: 1 }
  const young = ['/b', '/b', '/b'].map((path) => request({ path }))
  assert.match(head([...young, request({ path: '/a', ageMs: 9000 })]), /:\n {2}POST \/a, for 9 s\n {2}3 × POST \/b/)
  const { lastIn: shown } = openRequest(request({}), { ageMs: null, lastIn, nodeIds: [], threadId: 0 })
  assert.equal(shown, null)
})
