// HTTP requests without a complete answer: what they are called, and what a recorded process tells of them. The other ways
// of asking are compared in attach.test.mjs and memory-route.test.mjs, by the target http-requests.mjs.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { clientRequest, pathOf, serverRequest } from '../dist/model/request-facts.js'
import { formatWaitGraph } from '../dist/showing.js'
import { at } from './samples.mjs'
import { expectedTree, folder, masked } from './targets.mjs'

const request = (path, more) => ({
  ...{ side: 'server', method: 'GET', path, host: null, state: 'unanswered', ageMs: null, silentMs: null },
  ...{ lastIn: null, nodeIds: [], threadId: 0, ...more },
})
const numbers = { unsentBytes: null, bodyBytes: null, local: null, remote: null }
const head = (requests) => formatWaitGraph({ nodes: [], edges: [], cycles: [], requests }, { paths: 'basename' })

test('one kind of request is one line; 500 of one kind as well', () => {
  const lastIn = at('auth', 'app.mjs', 8)
  const many = Array.from({ length: 500 }, (_, i) => request('/orders', { lastIn, ageMs: 1000 + i * 100 }))
  assert.equal(head(many), '500 HTTP requests unanswered: GET /orders, oldest 50.9 s, last in auth() app.mjs:8:3')
  assert.equal(head([request('/a')]), '1 HTTP request unanswered: GET /a')
})

test('many kinds of requests are cut, with how many are left out', () => {
  const lines = head(Array.from({ length: 20 }, (_, i) => request(`/${'abcdefghijklmnopqrst'[i]}`))).split('\n')
  assert.equal(lines.length, 8)
  assert.equal(lines.at(-1), '  and 14 more')
})

test('many paths that are stuck in one place are one line', () => {
  const lastIn = at('pay', 'app.mjs', 8)
  const many = Array.from({ length: 500 }, (_, i) => request(`/orders/${i}`, { lastIn }))
  const place = 'last in pay() app.mjs:8:3'
  assert.equal(head(many), `500 HTTP requests unanswered: GET /orders/0 and 499 other paths, ${place}`)
  const nowhere = Array.from({ length: 20 }, (_, i) => request(i < 10 ? `/orders/${i}` : `/carts/${i}`))
  assert.equal(
    head(nowhere),
    [
      '20 HTTP requests unanswered:',
      '  10 × GET /carts/10 and 9 other paths',
      '  10 × GET /orders/0 and 9 other paths',
    ].join('\n'),
  )
  const two = many.slice(0, 2)
  const lines = [0, 1].map((i) => `  GET /orders/${i}, ${place}`)
  assert.equal(head(two), ['2 HTTP requests unanswered:', ...lines].join('\n'))
})

test('what a name has in it does not reach the terminal', () => {
  assert.equal(head([request('/\u001b[31m')]).includes('\u001b'), false)
})

test('a path has no query string, no user and no host', () => {
  const cases = [
    ['/orders?token=secret', '/orders'],
    ['/orders#secret', '/orders'],
    ['http://user:secret@host:80/path?x', '/path'],
    ['http://host', '/'],
    ['?secret', '/'],
    ['*', '*'],
    [null, null],
  ]
  for (const [url, path] of cases) assert.equal(pathOf(url), path)
  const facts = {
    method: 'GET',
    url: '/cart',
    originalUrl: '/shop/cart?id=7',
    isAnswering: false,
    isComplete: true,
    numbers,
  }
  assert.equal(serverRequest(facts).path, '/shop/cart')
})

test('the port is the one that the Agent connects to, whatever the header says', () => {
  const of = (host, agentKey) =>
    clientRequest({
      ...{ method: 'GET', path: '/', host, agentKey, header: 'GET /x?y HTTP/1.1\r\nHost: other:1\r\n\r\n' },
      ...{ isQueued: false, isConnecting: false, isSecuring: false, isEnded: true, hasOutput: false, hasAnswer: false },
      numbers,
    })
  assert.deepEqual(of('10.0.0.7', '10.0.0.7:8080:'), {
    ...{ side: 'client', method: 'GET', path: '/x', host: '10.0.0.7:8080', state: 'sent' },
  })
  assert.equal(of('::1', '::1:8080:').host, '[::1]:8080')
  assert.equal(of('10.0.0.7', null).host, '10.0.0.7')
})

test('a recorded process tells the same, with ages, and nothing of requests that are answered', () => {
  const register = new URL('../dist/register.js', import.meta.url).href
  const args = ['--import', register, 'http-requests.mjs', 'print']
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 })
  assert.match(stdout, /2 × GET \/orders, oldest \d/, stderr)
  const conclusions = (text) => masked(text).split('\n\n')[0].split('\n').sort()
  const printed = stdout.replace(/^ready\n/, '').replace(/, (?:oldest|for) [\d.]+ m?s/g, '')
  assert.deepEqual(conclusions(printed), conclusions(expectedTree('http-requests.mjs').replace(/, in slow\(\).*/g, '')))
})
