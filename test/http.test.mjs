// The debug endpoint: in each framework, who may ask, what may be asked.
import assert from 'node:assert/strict'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { handlerOf } from '../dist/endpoint/handler.js'
import { PROMETHEUS_TYPE } from '../dist/format/prometheus-text.js'
import { formatTasks, formatWaitGraph } from '../dist/showing.js'
import { frameworks, listening } from './debug-servers.mjs'
import { dump, graph } from './samples.mjs'

const source = {
  getTasks: async ({ includeStacks }) => {
    const { tasks, ...rest } = dump()
    return { ...rest, tasks: includeStacks ? tasks : tasks.map(({ stack, createdPath, ...info }) => info) }
  },
  captureWaitGraph: async () => graph(),
}
const makeHandler = (options) => handlerOf(source, options)

/** A request with exactly these headers (fetch sets its own Host). */
function ask(url, { headers = {}, method = 'GET' } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, method, agent: false }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode, headers: response.headers, body })
      })
    })
    sent.on('error', reject).end()
  })
}

async function withServer(options, use) {
  const server = await listening(createServer(makeHandler(options)))
  try {
    await use(server)
  } finally {
    await server.close()
  }
}

const codeOf = ({ body }) => JSON.parse(body).error.code

for (const [name, start] of Object.entries(frameworks)) {
  test(`${name}: page, tasks, stacks, graph and refusals, with the rest of the app untouched`, async () => {
    const { url, close } = await start(makeHandler)
    try {
      const at = (path, options) => ask(`${url}/debug/async${path}`, options)
      for (const path of ['', '/']) {
        const page = await at(path)
        assert.equal(page.status, 200)
        assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
        assert.match(page.body, /^<!doctype html>/)
        assert.doesNotMatch(page.body, /id="snapshot"/)
      }
      const tasks = await at('/tasks')
      assert.equal(tasks.headers['content-type'], 'application/json; charset=utf-8')
      assert.deepEqual(JSON.parse(tasks.body), await source.getTasks({ includeStacks: false }))
      assert.deepEqual(JSON.parse((await at('/tasks?stacks=1')).body), dump())
      for (const format of ['tree', 'table', 'dot', 'mermaid', 'json']) {
        const text = await at(`/graph?format=${format}`)
        assert.equal(text.status, 200)
        assert.equal(text.headers['content-type'].split(';')[0], format === 'json' ? 'application/json' : 'text/plain')
        assert.equal(text.body, `${formatWaitGraph(graph(), { format })}\n`)
      }
      const figures = await at('/metrics')
      assert.deepEqual([figures.status, figures.headers['content-type']], [200, PROMETHEUS_TYPE])
      assert.match(figures.body, /^async_trace_deadlocks 1$/m)
      const profile = await at('/pprof')
      assert.deepEqual([profile.status, profile.headers['content-type']], [200, 'application/octet-stream'])
      for (const answer of [tasks, figures, profile, await at('/'), await at('/nothing')]) {
        assert.equal(answer.headers['cache-control'], 'no-store')
        assert.equal(answer.headers['x-content-type-options'], 'nosniff')
        assert.equal(answer.headers['x-frame-options'], 'DENY')
        assert.match(answer.headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/)
      }
      const wrongPath = await at('/nothing')
      assert.deepEqual([wrongPath.status, codeOf(wrongPath)], [404, 'NOT_FOUND'])
      const wrongFormat = await at('/graph?format=svg')
      assert.deepEqual([wrongFormat.status, codeOf(wrongFormat)], [400, 'BAD_QUERY'])
      const wrongMethod = await at('/tasks', { method: 'DELETE' })
      assert.deepEqual([wrongMethod.status, wrongMethod.headers.allow], [405, 'GET, HEAD'])
      const head = await at('/tasks', { method: 'HEAD' })
      assert.deepEqual([head.status, head.body], [200, ''])
      assert.equal((await ask(`${url}/`)).body, 'the app')
    } finally {
      await close()
    }
  })
}

test('queries that it does not take are refused by name', async () => {
  await withServer({}, async ({ url }) => {
    const expected = {
      '/tasks?stacks=yes': /"stacks" takes one of 0, 1\. Got "yes"/,
      '/tasks?stacks=1&stacks=1': /"stacks".*Got it 2 times/,
      '/tasks?format=tree': /"format" takes one of json, text, table\. Got "tree"/,
      '/graph?fromat=tree': /no parameter "fromat"\. There are format and heap\./,
      '/graph?format=': /"format" takes one of json, tree, table, dot, mermaid\. Got ""/,
      '/?stacks=1': /no parameter "stacks"\. It takes none here\./,
      '/metrics?heap=1': /no parameter "heap"/,
      '/pprof?seconds=5': /no parameter "seconds"\. It takes heap here\./,
      '/graph?format=%1b[2J': /Got "\\u001b\[2J"/,
    }
    for (const [path, message] of Object.entries(expected)) {
      const answer = await ask(url + path)
      assert.equal(answer.status, 400, path)
      assert.match(JSON.parse(answer.body).error.message, message)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
      assert.doesNotMatch(answer.body, /\u001b/)
    }
    assert.equal((await ask(`${url}/tasks?format=text&stacks=1`)).body, `${formatTasks(dump())}\n`)
    assert.equal((await ask(`${url}/tasks?format=table`)).body, `${formatTasks(dump(), { format: 'table' })}\n`)
    assert.deepEqual(JSON.parse((await ask(`${url}/graph`)).body), { version: 1, ...graph() })
  })
})

test('loopback only: another address of this machine is refused unless it is allowed', async (t) => {
  const outward = Object.values(networkInterfaces())
    .flat()
    .find(({ internal, family }) => !internal && family === 'IPv4')
  if (outward === undefined) return t.skip('this machine has no address but loopback')
  const statusFrom = async (allow) => {
    const server = await listening(createServer(makeHandler(allow === undefined ? {} : { allow })), '0.0.0.0')
    try {
      return (await ask(`http://${outward.address}:${server.port}/tasks`)).status
    } finally {
      await server.close()
    }
  }
  assert.equal(await statusFrom(undefined), 403)
  assert.equal(await statusFrom(['loopback', '203.0.113.0/24']), 403)
  assert.equal(await statusFrom([outward.address]), 200)
  assert.equal(await statusFrom([`${outward.address}/24`]), 200)
  assert.equal(await statusFrom('any'), 200)
})

test('loopback is 127.0.0.0/8, ::1, and IPv4 within IPv6; a list without it shuts it out', async (t) => {
  await withServer({ allow: ['203.0.113.7'] }, async ({ url }) => {
    const answer = await ask(`${url}/tasks`)
    assert.deepEqual([answer.status, codeOf(answer)], [403, 'ADDRESS_NOT_ALLOWED'])
  })
  const server = await listening(createServer(makeHandler({})), '::').catch(() => null)
  if (server === null) return t.skip('this machine has no IPv6')
  try {
    // The socket's address is ::ffff:127.0.0.1 here.
    assert.equal((await ask(`http://127.0.0.1:${server.port}/tasks`)).status, 200)
    assert.equal((await ask(`http://[::1]:${server.port}/tasks`)).status, 200)
  } finally {
    await server.close()
  }
})

test('what came through a proxy is refused: its sender is unknown, whatever a header says', async () => {
  await withServer({}, async ({ url, port }) => {
    for (const header of [
      'X-Forwarded-For',
      'x-forwarded-proto',
      'x-forwarded-anything',
      'Forwarded',
      'x-real-ip',
      'Via',
      'CF-Connecting-IP',
      'True-Client-IP',
      'CDN-Loop',
      'x-client-ip',
      'x-envoy-external-address',
    ]) {
      const answer = await ask(`${url}/tasks`, { headers: { [header]: '127.0.0.1' } })
      assert.deepEqual([answer.status, codeOf(answer)], [403, 'PROXIED'], header)
    }
    for (const head of ['GET /tasks HTTP/1.1\r\nHost:\r\nConnection: close', 'GET /tasks HTTP/1.0']) {
      const answer = connect(port, '127.0.0.1', () => answer.write(`${head}\r\n\r\n`))
      assert.match(await text(answer), /^HTTP\/1\.1 403 [\s\S]*"PROXIED"/)
    }
    // What clients add by themselves is no sign of one.
    const own = { 'x-request-id': '1', traceparent: '00-1-2-01', 'x-custom': 'via', 'cache-control': 'no-cache' }
    assert.equal((await ask(`${url}/tasks`, { headers: own })).status, 200)
  })
  await withServer({ allow: 'any' }, async ({ url }) => {
    assert.equal((await ask(`${url}/tasks`, { headers: { via: '1.1 proxy' } })).status, 200)
  })
  await withServer({ token: 'a-token' }, async ({ url }) => {
    const headers = { authorization: 'Bearer a-token', via: '1.1 proxy' }
    assert.equal((await ask(`${url}/tasks`, { headers })).status, 403)
  })
  await withServer({ allow: ['203.0.113.7'] }, async ({ url }) => {
    assert.equal((await ask(`${url}/tasks`, { headers: { 'x-forwarded-for': '203.0.113.7' } })).status, 403)
  })
})

test("a stranger's name in Host (DNS rebinding) and a page of another origin are refused", async () => {
  await withServer({ hosts: ['debug.example'] }, async ({ url, port }) => {
    const statusOf = async (headers) => (await ask(`${url}/tasks`, { headers })).status
    for (const host of ['localhost', `localhost:${port}`, 'a.localhost:1', '127.0.0.1', '[::1]:8', 'DEBUG.example.']) {
      assert.equal(await statusOf({ host }), 200, host)
    }
    for (const host of ['attacker.example', 'localhost.attacker.example', '127.0.0.1.attacker.example', 'a:b:c']) {
      assert.equal(await statusOf({ host }), 403, host)
    }
    assert.equal(await statusOf({ 'sec-fetch-site': 'cross-site' }), 403)
    assert.equal(await statusOf({ 'sec-fetch-site': 'same-site' }), 403)
    assert.equal(await statusOf({ 'sec-fetch-site': 'same-origin' }), 200)
    assert.equal(await statusOf({ 'sec-fetch-site': 'none' }), 200)
    assert.equal((await ask(url, { headers: { host: 'attacker.example' } })).status, 403)
  })
})

test('a token: data only with it; without it the page, which has none, asks for it', async () => {
  await withServer({ token: 's3cret' }, async ({ url }) => {
    const statusOf = async (path, authorization) =>
      (await ask(url + path, { headers: authorization === undefined ? {} : { authorization } })).status
    for (const path of ['/tasks', '/graph?format=tree', '/snapshot', '/']) {
      assert.equal(await statusOf(path), 401, path)
      for (const wrong of ['Bearer', 'Bearer ', 'Bearer s3cre', 'Bearer s3cret2', 'Basic s3cret', 's3cret']) {
        assert.equal(await statusOf(path, wrong), 401, wrong)
      }
      assert.equal(await statusOf(path, 'Bearer s3cret'), 200, path)
      assert.equal(await statusOf(path, 'bearer s3cret'), 200, path)
    }
    const page = await ask(`${url}/`)
    assert.match(page.body, /id="token-form"/)
    assert.equal(page.headers['www-authenticate'], 'Bearer realm="async-trace"')
  })
})

test('a capture that fails is answered with 500 and disturbs nobody', async () => {
  const failing = {
    getTasks: () => Promise.reject(new Error('no <inspector>')),
    captureWaitGraph: () => {
      throw new Error('at once')
    },
  }
  const server = await listening(createServer(handlerOf(failing)))
  try {
    const [tasks, waits] = [await ask(`${server.url}/tasks`), await ask(`${server.url}/graph`)]
    assert.deepEqual([tasks.status, codeOf(tasks)], [500, 'CAPTURE_FAILED'])
    assert.match(JSON.parse(tasks.body).error.message, /no <inspector>/)
    assert.deepEqual([waits.status, codeOf(waits)], [500, 'CAPTURE_FAILED'])
  } finally {
    await server.close()
  }
})

test('requests at the same time share one capture; the next one captures anew', async () => {
  let captures = 0
  const release = []
  const counting = {
    ...source,
    captureWaitGraph: () => {
      captures++
      return new Promise((resolve) => release.push(() => resolve(graph())))
    },
  }
  const arrived = new Set()
  const handler = handlerOf(counting)
  const server = await listening(
    createServer((incoming, response) => {
      handler(incoming, response)
      arrived.add(incoming.url)
      if (arrived.size === 3) release.shift()()
    }),
  )
  try {
    const answers = await Promise.all(
      ['json', 'tree', 'dot'].map((format) => ask(`${server.url}/graph?format=${format}`)),
    )
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    )
    assert.equal(captures, 1)
    const next = ask(`${server.url}/graph?format=table`)
    while (release.length === 0) await new Promise(setImmediate)
    release.shift()()
    assert.equal((await next).status, 200)
    assert.equal(captures, 2)
  } finally {
    await server.close()
  }
})

test('handlers that a program makes for each request share what is under way, and let the process run between two captures', async () => {
  const began = []
  const stopsMs = 50
  const stand = () => {
    began.push(performance.now())
    while (performance.now() < began.at(-1) + stopsMs);
  }
  const slow = {
    getTasks: () => {
      stand()
      return source.getTasks({})
    },
    captureWaitGraph: () => {
      stand()
      return source.captureWaitGraph({})
    },
  }
  const server = await listening(createServer((incoming, response) => handlerOf(slow)(incoming, response)))
  try {
    const paths = Array.from({ length: 40 }, (_, i) => `${server.url}/${i % 2 ? 'tasks' : 'graph'}`)
    const answers = await Promise.all(paths.map((path) => ask(path)))
    assert.ok(answers.every(({ status }) => status === 200))
    assert.ok(began.length < 20, `${began.length} captures for 40 requests at once`)
    for (const [i, atMs] of began.slice(1).entries()) assert.ok(atMs - began[i] >= 2 * stopsMs)
  } finally {
    await server.close()
  }
})

test('an answer that somebody else has given, or that nobody waits for, is left alone', async () => {
  const server = await listening(
    createServer((incoming, response) => {
      makeHandler({})(incoming, response)
      response.end('too slow')
    }),
  )
  try {
    assert.equal((await ask(`${server.url}/tasks`)).body, 'too slow')
  } finally {
    await server.close()
  }
})

test('options that it does not take are refused by name', () => {
  const refused = (options, code, message) =>
    assert.throws(() => makeHandler(options), { name: 'TypeError', code, message })
  refused(null, 'ERR_INVALID_ARG_TYPE', /"options"/)
  refused({ path: 'debug' }, 'ERR_INVALID_ARG_VALUE', /"options.path".*begins with '\/'/)
  refused({ allow: 'everyone' }, 'ERR_INVALID_ARG_VALUE', /"options.allow"/)
  refused({ allow: ['10.0.0.0/33'] }, 'ERR_INVALID_ARG_VALUE', /"options.allow\[0\]".*'10.0.0.0\/33'/)
  refused({ allow: ['example.com'] }, 'ERR_INVALID_ARG_VALUE', /"options.allow\[0\]"/)
  refused({ hosts: 'a' }, 'ERR_INVALID_ARG_TYPE', /"options.hosts"/)
  refused({ token: undefined }, 'ERR_INVALID_ARG_TYPE', /"options.token".*leave it out.*undefined/)
  refused({ token: '' }, 'ERR_INVALID_ARG_VALUE', /"options.token"/)
  assert.throws(
    () => makeHandler({ token: 'two words' }),
    (error) => !error.message.includes('two words'),
  )
})

test('what is not known is said with the parameter that asks for it', async () => {
  const incomplete = 'Who holds the resolvers of 2 promises is not known: { heap: true } reads the heap.'
  const said = 'Who holds the resolvers of 2 promises is not known: heap=1 reads the heap.'
  const threads = dump().threads.map((thread, i) => (i === 0 ? { ...thread, incomplete } : thread))
  const lacking = {
    getTasks: async () => ({ ...dump(), threads }),
    captureWaitGraph: async () => ({ ...graph(), incomplete }),
  }
  const server = await listening(createServer(handlerOf(lacking)))
  try {
    const body = async (path) => (await ask(`${server.url}${path}`)).body
    assert.equal(JSON.parse(await body('/graph')).incomplete, said)
    assert.equal(JSON.parse(await body('/tasks')).threads[0].incomplete, said)
    assert.equal(JSON.parse(await body('/snapshot')).incomplete, said)
    for (const path of ['/graph?format=tree', '/graph?format=dot', '/tasks?format=text', '/tasks?format=table']) {
      assert.ok((await body(path)).includes(said), path)
    }
  } finally {
    await server.close()
  }
})
