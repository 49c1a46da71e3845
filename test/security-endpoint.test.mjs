// The debug endpoint among clients that mean harm, or are only slow.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { handlerOf } from '../dist/endpoint/handler.js'
import { listening } from './debug-servers.mjs'
import { dump, graph } from './samples.mjs'

const MB = 2 ** 20

/** Counts captures; `bytes` more of text in each dump, no two alike. */
function sourceOf({ bytes = 0, holdUpMs = 0 } = {}) {
  const counts = { captures: 0 }
  const capture = (picture) => {
    counts.captures++
    for (const endMs = performance.now() + holdUpMs; performance.now() < endMs; );
    return Promise.resolve(picture)
  }
  return {
    counts,
    getTasks: () => capture({ ...dump(), padding: String(counts.captures % 10).repeat(bytes) }),
    captureWaitGraph: () => capture(graph()),
  }
}

async function withServer(source, use) {
  const server = await listening(createServer(handlerOf(source)))
  try {
    await use(server)
  } finally {
    await server.close()
  }
}

function ask(url, { headers = {}, method = 'GET' } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, method, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }))
    })
    sent.on('error', reject).end()
  })
}

/** Sends bytes as they are. @returns what comes back until the server closes, or nothing does for a while. */
async function raw(port, text) {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk
  })
  socket.on('error', () => {})
  socket.end(text)
  await once(socket, 'close')
  return answer
}

test('methods: only GET and HEAD, whatever they are called; none captures', async () => {
  const source = sourceOf()
  await withServer(source, async ({ url, port }) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'SEARCH']) {
      const answer = await ask(`${url}/tasks`, { method }).catch(() => ({ status: 400 }))
      assert.ok(answer.status === 405 || answer.status === 400, `${method}: ${answer.status}`)
      if (answer.status === 405) assert.equal(answer.headers.allow, 'GET, HEAD')
    }
    assert.match(await raw(port, 'EVIL /tasks HTTP/1.1\r\nHost: localhost\r\n\r\n'), /^HTTP\/1.1 400/)
    assert.doesNotMatch(await raw(port, 'CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n'), /200/)
    const head = await ask(`${url}/tasks`, { method: 'HEAD' })
    assert.deepEqual([head.status, head.body], [200, ''])
    assert.equal(source.counts.captures, 0)
    assert.equal((await ask(`${url}/tasks`)).status, 200)
  })
})

test('queries and headers, huge and strange: refused in few words, none captures', async () => {
  const source = sourceOf()
  await withServer(source, async ({ url, port }) => {
    const queries = [
      'a='.padEnd(15_000, 'x'),
      Array.from({ length: 2000 }, (_, i) => `k${i}`).join('&'),
      Array(1500).fill('stacks=1').join('&'),
      `format=${'%00'.repeat(4000)}`,
      `${'%F0%9F%98%80'.repeat(1000)}=1`,
      '&&&&=&=&',
      '%',
      '__proto__=1&constructor=2',
      'format=__proto__',
      'format=constructor',
    ]
    for (const query of queries) {
      const answer = await ask(`${url}/tasks?${query}`)
      assert.equal(answer.status, 400, query.slice(0, 40))
      assert.ok(answer.body.length < 700, `${answer.body.length} characters for ${query.slice(0, 40)}`)
    }
    const long = 'a'.repeat(100_000)
    for (const [query, headers] of [
      [`?${long}`, {}],
      ['', { 'x-much': long }],
    ]) {
      // Node hangs up before it has read everything.
      const hungUp = ({ code }) => ({ status: code === 'ECONNRESET' || code === 'EPIPE' ? 431 : code })
      const answer = await ask(`${url}/tasks${query}`, { headers }).catch(hungUp)
      assert.equal(answer.status, 431)
    }
    for (const path of [
      '//tasks',
      '/tasks/',
      '/../tasks',
      '/%2e%2e/tasks',
      '/tasks%00',
      '/constructor',
      '/__proto__',
    ]) {
      assert.match(
        await raw(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
        /^HTTP\/1.1 404/,
      )
    }
    const absolute = 'GET http://evil.example/tasks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
    assert.match(await raw(port, absolute), /^HTTP\/1.1 404/)
    const splitting = await ask(`${url}/tasks?format=${encodeURIComponent('\r\nSet-Cookie: a=b')}`)
    assert.equal(splitting.headers['set-cookie'], undefined)
    assert.equal(source.counts.captures, 0)
  })
})

test('other origins: refused by what the browser says, with Sec-Fetch-Site or with Origin alone', async () => {
  const source = sourceOf()
  await withServer(source, async ({ url, port }) => {
    const statusOf = async (headers) => (await ask(`${url}/tasks`, { headers })).status
    assert.equal(await statusOf({ origin: 'https://evil.example' }), 403)
    assert.equal(await statusOf({ origin: 'null' }), 403)
    assert.equal(await statusOf({ origin: `http://127.0.0.1:${port + 1}` }), 403)
    assert.equal(source.counts.captures, 0)
    assert.equal(await statusOf({ origin: `http://127.0.0.1:${port}` }), 200)
    const { headers } = await ask(`${url}/tasks`)
    assert.equal(headers['access-control-allow-origin'], undefined)
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
  })
})

test('300 connections at once share a few captures, and all are answered', async () => {
  const source = sourceOf({ holdUpMs: 50 })
  await withServer(source, async ({ url }) => {
    const answers = await Promise.all(Array.from({ length: 300 }, () => ask(`${url}/tasks?stacks=1`)))
    assert.ok(answers.every(({ status, body }) => status === 200 && JSON.parse(body).tasks.length === 5))
    assert.ok(source.counts.captures < 100, `${source.counts.captures} captures`)
  })
})

test('one who asks all the time: the process has half of its time for itself', async () => {
  const source = sourceOf({ holdUpMs: 40 })
  await withServer(source, async ({ url }) => {
    const startedMs = performance.now()
    for (let i = 0; i < 6; i++) assert.equal((await ask(`${url}/tasks`)).status, 200)
    // Six captures, and as long after each of the first five. That a busy machine takes longer does not matter.
    assert.ok(performance.now() - startedMs >= 11 * 40)
  })
})

test('readers that do not read hold a bounded part of the memory; who reads goes on, and so do they', async () => {
  const source = sourceOf({ bytes: 20 * MB })
  await withServer(source, async ({ url, port }) => {
    const slow = []
    for (let i = 0; i < 12; i++) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      const askedMs = performance.now()
      socket.write('GET /tasks HTTP/1.1\r\nHost: localhost\r\n\r\n')
      // One after the other: each has a capture, and a text, of its own.
      const [head] = await once(socket, 'data')
      socket.pause()
      const status = Number(/^HTTP\/1.1 (\d+)/.exec(String(head))[1])
      slow.push({ socket, status, head: String(head), askedMs, answeredMs: performance.now() })
    }
    const taken = slow.filter(({ status }) => status === 200)
    assert.deepEqual([...new Set(slow.map(({ status }) => status))].sort(), [200, 503])
    // There is room for three of 20 MB. On a slow machine the first is cut off meanwhile, which takes ten seconds.
    for (const [i, { answeredMs }] of taken.entries()) {
      if (i >= 3) assert.ok(answeredMs - taken[i - 3].askedMs >= 10_000, `${i + 1} answers at once`)
    }
    assert.ok(taken.length >= 3)
    const { head } = slow.find(({ status }) => status === 503)
    assert.match(head, /^retry-after: 10\r$/im)
    assert.match(head, /"code":\s*"BUSY"/)
    assert.ok(process.memoryUsage().rss < 1024 * MB)
    // They go away, or read on: there is room again.
    const { socket } = taken.at(-1)
    for (const other of slow) if (other.socket !== socket) other.socket.destroy()
    let rest = 0
    socket.on('data', (chunk) => {
      rest += chunk.length
    })
    socket.resume()
    while (rest < 19 * MB) await once(socket, 'data')
    socket.destroy()
    let answer
    do answer = await ask(`${url}/tasks`)
    while (answer.status === 503)
    assert.ok(answer.body.length > 20 * MB)
  })
})
