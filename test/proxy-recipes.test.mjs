// The programs of docs/debug-endpoint.md, "Behind a proxy", as they stand there: who gets in, and who does not.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { hasBrowser, launchBrowser } from './browser.mjs'
import { listening } from './debug-servers.mjs'

const folder = mkdtempSync(join(tmpdir(), 'async-trace-proxy-'))
const open = []
after(async () => {
  for (const close of open.toReversed()) await close()
  rmSync(folder, { recursive: true })
})

const page = readFileSync(new URL('../docs/debug-endpoint.md', import.meta.url), 'utf8')
const recipes = page.slice(page.indexOf('### Behind a proxy')).split('\n**').slice(1, 4)
const secrets = { DEBUG_TOKEN: 's3cret', DEBUG_PASSWORD: 'pa55' }

/** Runs the program of this recipe until it listens or has ended. @returns its port, and what it wrote to stderr. */
async function run(title, env = secrets) {
  const recipe = recipes.find((text) => text.startsWith(title))
  const [, code] = /```js\n([\s\S]*?)```/.exec(recipe)
  const http = new URL('../dist/http.js', import.meta.url).href
  const listen = ".listen(0, '127.0.0.1', function () { console.log(this.address().port) })"
  const file = join(folder, `${title}.mjs`)
  writeFileSync(file, code.replace("'async-trace/http'", `'${http}'`).replace('.listen(3000)', listen))
  const child = spawn(process.execPath, [file], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  open.push(() => child.kill())
  let [stdout, stderr] = ['', '']
  child.stderr.on('data', (piece) => {
    stderr += piece
  })
  await new Promise((resolve) => {
    child.once('close', resolve)
    child.stdout.on('data', (piece) => {
      stdout += piece
      if (stdout.endsWith('\n')) resolve()
    })
  })
  return { port: Number(stdout), stderr }
}

/** A proxy that adds what proxies add, and these headers. @returns its address */
async function proxyTo(port, added = {}) {
  const proxy = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, 'x-forwarded-for': '203.0.113.7', host: 'app.example.com', ...added }
    const { method, url: path } = incoming
    const passed = request({ port, host: '127.0.0.1', method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(passed)
  })
  const { url, close } = await listening(proxy)
  open.push(close)
  return url
}

const status = async (url, headers = {}) => (await fetch(url, { headers })).status
const basic = (text) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

test('the proxy authenticates, and adds the token', async () => {
  const { port } = await run('The proxy authenticates')
  const proxied = await proxyTo(port, { authorization: 'Bearer s3cret' })
  assert.equal(await status(`${proxied}/debug/async/tasks`), 200)
  assert.equal(await status(`${proxied}/debug/async/`), 200)
  assert.equal(await status(`${proxied}/`), 200)
  assert.equal(await status(`http://127.0.0.1:${port}/debug/async/tasks`), 401, 'past the proxy')
})

test('the app authenticates by HTTP Basic', async () => {
  const { port } = await run('The app authenticates')
  const proxied = await proxyTo(port)
  assert.equal(await status(`${proxied}/debug/async/tasks`), 401)
  assert.equal(await status(`${proxied}/debug/async/tasks`, basic('admin:wrong')), 401)
  assert.equal(await status(`${proxied}/debug/async/tasks`, basic('admin:pa55')), 200)
  assert.equal(await status(`${proxied}/`), 200)
})

test('without a password the program does not start', async () => {
  const { stderr } = await run('The app authenticates', { DEBUG_PASSWORD: '' })
  assert.match(stderr, /DEBUG_PASSWORD is not set/)
})

test('the proxy names the user', async () => {
  const { port } = await run('The proxy names the user')
  const url = '/debug/async/tasks'
  assert.equal(await status((await proxyTo(port, { 'x-auth-request-email': 'ada@example.com' })) + url), 200)
  assert.equal(await status((await proxyTo(port, { 'x-auth-request-email': 'eve@example.com' })) + url), 403)
  assert.equal(await status((await proxyTo(port)) + url), 403)
})

test('the page works with HTTP Basic in a browser', {
  skip: !hasBrowser && 'there is no /usr/bin/chromium',
}, async () => {
  const { port } = await run('The app authenticates')
  const proxied = await proxyTo(port)
  const browser = await launchBrowser()
  try {
    const context = await browser.newContext({ httpCredentials: { username: 'admin', password: 'pa55' } })
    const opened = await context.newPage()
    await opened.goto(`${proxied}/debug/async/`)
    await opened.locator('#summary', { hasText: 'process' }).waitFor()
    assert.equal(await opened.locator('#trouble').isVisible(), false)
  } finally {
    await browser.close()
  }
})
