// The page in a real browser: what is seen, clicked, typed and asked for.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { handlerOf } from '../dist/endpoint/handler.js'
import { waitGraphPage } from '../dist/format/wait-graph-page.js'
import { boxOf, hasBrowser, launchBrowser, openPage } from './browser.mjs'
import { listening } from './debug-servers.mjs'
import { dump, graph, stuckServer } from './samples.mjs'

const skip = hasBrowser ? false : 'there is no /usr/bin/chromium'
const folder = mkdtempSync(join(tmpdir(), 'async-trace-page-'))
const servers = []
let browser

before(async () => {
  if (hasBrowser) browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await Promise.all(servers.map(({ close }) => close()))
  rmSync(folder, { recursive: true })
})

/** The page of this snapshot as a file, opened. */
function openFile(snapshot, options) {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.html`)
  writeFileSync(file, waitGraphPage({ snapshot }))
  return openPage(browser, pathToFileURL(file).href, options)
}

/** The samples' graph, with a task of the dump for each task of it. */
function snapshot() {
  const waits = graph()
  const [, , query] = dump().tasks
  const tasks = waits.nodes
    .filter(({ task }) => task !== null)
    .map((node) => {
      const stack = node.stack.toReversed().map((frame) => ({ ...frame, source: `await from line ${frame.line}` }))
      return { ...query, task: node.task, functionExecuting: stack[0].name, currentFrame: stack.at(-1), stack }
    })
  return { takenAtMs: dump().takenAtMs, graph: waits, dump: { ...dump(), tasks } }
}

/** An endpoint of this source, closed at the latest after the tests. */
async function serve(source, options) {
  const server = await listening(createServer(handlerOf(source, options)))
  servers.push(server)
  return server
}

const details = (page) => page.locator('#details:visible')
const frame = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))

test('one file: deadlocks first, tasks by stack, a click on a node shows its stack and creation path', {
  skip,
}, async () => {
  const { page, troubles } = await openFile(snapshot())
  assert.match(
    await page.locator('#summary').innerText(),
    /^process 4711 · 6 tasks · 2 threads · 7 nodes · paused 1\.2 ms/,
  )
  assert.deepEqual(await page.locator('#deadlocks-list button').allInnerTexts(), ['left → right → left'])
  const groups = await page.locator('#tasks details summary').allInnerTexts()
  assert.equal(groups.length, 6)
  assert.match(groups[0], /transfer\(\)[\s\S]*deadlock 1/)
  assert.match(groups[1], /transfer\(\)[\s\S]*deadlock 1/)
  assert.match(await page.locator('.busy').innerText(), /Thread 3 \(hash\) is busy[\s\S]*spin\(\)/)

  const { x, y } = await boxOf(page, 1)
  await page.mouse.click(x, y)
  const text = await details(page).innerText()
  assert.match(text, /^×?\s*Task-2/)
  assert.match(text, /foo\(\)[\s\S]*foo\.mjs:3[\s\S]*await from line 3[\s\S]*bar\(\)[\s\S]*leaf\(\)[\s\S]*leaf\.mjs:1/)
  assert.match(text, /setTimeout 5000 ms, 1.2 s remaining/)
  assert.match(text, /dispatch\(\)[\s\S]*router\.mjs:33[\s\S]*onRequest\(\)[\s\S]*×3[\s\S]*Task-1/)

  await page.locator('#deadlocks-list button').click()
  assert.match(await details(page).innerText(), /left[\s\S]*Deadlock 1: it waits for right/)
  await details(page).getByRole('button', { name: 'right' }).first().click()
  assert.match(await details(page).innerText(), /right[\s\S]*Deadlock 1: it waits for left/)
  await page.keyboard.press('Escape')
  assert.equal(await details(page).count(), 0)
  assert.deepEqual(troubles, [])
  await page.close()
})

test('pan by dragging, zoom by the wheel, all by keys', { skip }, async () => {
  const { page, troubles } = await openFile(snapshot())
  const start = await boxOf(page, 0)
  await page.mouse.move(start.x, start.y + 60)
  await page.mouse.down()
  await page.mouse.move(start.x + 50, start.y + 90, { steps: 4 })
  await page.mouse.up()
  const dragged = await boxOf(page, 0)
  assert.deepEqual([Math.round(dragged.x - start.x), Math.round(dragged.y - start.y)], [50, 30])
  assert.equal(await details(page).count(), 0, 'a drag is no click')

  const width = async () => (await boxOf(page, 1)).x - (await boxOf(page, 0)).x
  const before = await width()
  await page.mouse.move(dragged.x, dragged.y)
  await page.mouse.wheel(0, -200)
  await frame(page)
  assert.ok((await width()) > before * 1.2)
  const under = await boxOf(page, 0)
  assert.ok(Math.abs(under.x - dragged.x) < 1, 'what is under the pointer stays there')

  await page.locator('#graph').focus()
  await page.keyboard.press('0')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('-')
  await page.keyboard.press('n')
  const first = await details(page).locator('h2').innerText()
  await page.keyboard.press('n')
  const second = await details(page).locator('h2').innerText()
  assert.deepEqual([first, second], ['Task-1', 'Task-2'])
  assert.equal(await page.locator('#announce').innerText(), 'Task-2')
  await page.keyboard.press('p')
  assert.equal(await details(page).locator('h2').innerText(), 'Task-1')
  assert.deepEqual(troubles, [])
  await page.close()
})

/** Tasks that wait for one another, in as many columns, each as often as told. */
function chains(columns, times) {
  const nodes = []
  const edges = []
  for (let chain = 0; chain < times; chain++) {
    for (let column = 0; column < columns; column++) {
      const id = nodes.length + 1
      const frame = { name: `loadPartOfOrder${column}`, filename: '/app/src/orders.mjs', line: 10 + column, column: 3 }
      const task = { id, name: `Task-${id}`, kind: 'async', threadId: 0, createdAtMs: 0, createdAt: null }
      nodes.push({ id, kind: 'task', label: task.name, task, stack: [frame], leaf: null, threadId: 0 })
      if (column > 0) edges.push({ from: id - 1, to: id, via: column === 1 ? 'Promise.all (index 0)' : null })
    }
  }
  return { takenAtMs: 0, graph: { nodes, edges, cycles: [] }, dump: null }
}

const textPx = (page) => page.evaluate(() => globalThis.asyncTracePage.smallestTextPx())

for (const [columns, times, viewport] of [
  [3, 1, { width: 1280, height: 800 }],
  [6, 5, { width: 1280, height: 800 }],
  [5, 100, { width: 1280, height: 800 }],
  [4, 3, { width: 1024, height: 768 }],
]) {
  test(`the first look: ${columns} columns at ${viewport.width} pixels are all there, and can be read`, {
    skip,
  }, async () => {
    const { page, troubles } = await openFile(chains(columns, times), { viewport })
    await frame(page)
    assert.ok((await textPx(page)) >= 11, `${await textPx(page)}`)
    const canvas = await page.locator('#graph').boundingBox()
    const places = await Promise.all(Array.from({ length: columns }, (_, column) => boxOf(page, column)))
    const lefts = places.map(({ x }) => x)
    assert.ok(lefts[0] > canvas.x + 48 && lefts.at(-1) < canvas.x + canvas.width - 48, `${lefts}`)
    assert.ok(
      lefts.every((x, i) => i === 0 || x - lefts[i - 1] > 88),
      `${lefts}`,
    )
    // So it is in a window of another size.
    await page.setViewportSize({ width: viewport.width + 200, height: viewport.height })
    await frame(page)
    await frame(page)
    const wider = await page.locator('#graph').boundingBox()
    assert.ok((await boxOf(page, columns - 1)).x < wider.x + wider.width - 48)
    assert.ok((await textPx(page)) >= 11)
    assert.deepEqual(troubles, [])
    await page.close()
  })
}

test('groups of the same function say what tells them apart', { skip }, async () => {
  const all = snapshot()
  const [first] = all.dump.tasks
  const made = (id, name, line) => {
    const createdAt = { name, filename: '/app/routes.mjs', line, column: 5 }
    return { ...first, createdPath: undefined, task: { ...first.task, id, name: `Task-${id}`, createdAt } }
  }
  const tasks = [made(101, 'checkout', 7), made(102, 'checkout', 7), made(103, 'profile', 9), made(104, 'search', 12)]
  const { page, troubles } = await openFile({
    ...all,
    dump: { ...all.dump, tasks: [...all.dump.tasks.slice(1), ...tasks] },
  })
  const alike = page.locator('#tasks summary', { hasText: 'routes.mjs' })
  assert.deepEqual((await alike.locator('.differs').allInnerTexts()).sort(), [
    'created by checkout() /app/routes.mjs:7:5',
    'created by profile() /app/routes.mjs:9:5',
    'created by search() /app/routes.mjs:12:5',
  ])
  assert.match(await alike.first().innerText(), /×2/)
  assert.deepEqual(troubles, [])
  await page.close()
})

test('the filter leaves tasks by function, file, source and leaf; everything is reached by keys', {
  skip,
}, async () => {
  const { page, troubles } = await openFile(snapshot())
  const titles = () => page.locator('#tasks .group-title').allInnerTexts()
  await page.keyboard.press('/')
  await page.keyboard.type('bank.mjs report')
  await frame(page)
  assert.deepEqual(await titles(), ['report()'])
  assert.equal(await page.locator('#matches').innerText(), '1 of 6')
  await page.keyboard.press('Escape')
  assert.equal((await titles()).length, 6)
  await page.keyboard.type('leaf.mjs await')
  await frame(page)
  assert.deepEqual(await titles(), ['foo()'])
  await page.fill('#filter', 'nothing has this')
  await frame(page)
  assert.match(await page.locator('#tasks').innerText(), /No task matches/)
  await page.fill('#filter', '')
  await frame(page)

  await page.locator('#tasks summary').first().focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  assert.match(await details(page).innerText(), /left|right/)
  assert.deepEqual(troubles, [])
  await page.close()
})

test('light and dark: as the system has it, or as the button says, and that is kept', { skip }, async () => {
  const { page, troubles } = await openFile(snapshot(), { colorScheme: 'dark' })
  const brightness = () =>
    page.evaluate(() => {
      const channels = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)
      return channels.reduce((sum, channel) => sum + channel, 0) / channels.length
    })
  assert.ok((await brightness()) < 60)
  await page.emulateMedia({ colorScheme: 'light' })
  assert.ok((await brightness()) > 200)
  await page.locator('#theme').click()
  assert.ok((await brightness()) < 60)
  await page.reload()
  assert.ok((await brightness()) < 60)
  const pixel = () =>
    page.evaluate(() => {
      const canvas = document.getElementById('graph')
      const { x, y } = globalThis.asyncTracePage.positionOf(0)
      const ratio = devicePixelRatio
      return [...canvas.getContext('2d').getImageData((x + 20) * ratio, y * ratio, 1, 1).data]
    })
  await frame(page)
  assert.deepEqual(await pixel(), [0x1f, 0x24, 0x2c, 255], 'the box is drawn in the dark colour')
  await page.locator('#theme').click()
  await frame(page)
  assert.deepEqual(await pixel(), [255, 255, 255, 255])
  assert.deepEqual(troubles, [])
  await page.close()
})

test('names of the program are text: none ends the script, none becomes an element', { skip }, async () => {
  const evil = '</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028\u2029<!--"\'&'
  const text = JSON.stringify(snapshot()).replaceAll(/"(transfer|left|main|mutex|onRequest)"/g, () =>
    JSON.stringify(evil),
  )
  const { page, troubles } = await openFile(JSON.parse(text))
  await page.locator('#deadlocks-list button').click()
  await page.locator('#tasks summary').first().click()
  assert.match(await page.locator('#deadlocks-list').innerText(), /<\/script><script>alert\(1\)/)
  assert.match(await details(page).innerText(), /<img src=x onerror=alert\(2\)>/)
  assert.equal(await page.locator('img, script:not([id])').count(), 1, 'the page has its own script, and no other')
  assert.deepEqual(troubles, [])
  await page.close()
})

test('nothing is said of deadlocks, trouble and tokens where there are none', { skip }, async () => {
  const { page } = await openFile({ ...snapshot(), graph: { ...graph(), cycles: [] } })
  await page.locator('#tasks summary').first().waitFor()
  for (const id of ['deadlocks', 'trouble', 'token-form', 'details', 'refresh', 'live']) {
    assert.equal(await page.locator(`#${id}`).isVisible(), false, id)
  }
  await page.close()
})

test('a graph without a dump lists its own tasks, without states that nobody knows', { skip }, async () => {
  const { page, troubles } = await openFile({ ...snapshot(), dump: null })
  const summaries = await page.locator('#tasks summary').allInnerTexts()
  assert.equal(summaries.length, 6)
  assert.doesNotMatch(summaries.join('\n'), /PENDING|READY|RUNNING/)
  assert.deepEqual(troubles, [])
  await page.close()
})

test('an age that nobody knows is a question mark, with a dump and without one', { skip }, async () => {
  const all = snapshot()
  const task = (one) => ({ ...one, createdAtMs: Number.NaN })
  const tasks = all.dump.tasks.map((info) => ({ ...info, ageMs: Number.NaN, task: task(info.task) }))
  const nodes = all.graph.nodes.map((node) => (node.task === null ? node : { ...node, task: task(node.task) }))
  for (const dump of [{ ...all.dump, tasks }, null]) {
    const { page, troubles } = await openFile({ ...all, graph: { ...all.graph, nodes }, dump })
    const ages = await page.locator('#tasks summary .age').allInnerTexts()
    assert.deepEqual([...new Set(ages)], ['?'])
    assert.deepEqual(troubles, [])
    await page.close()
  }
})

test('tasks of two threads that have the same number are two tasks', { skip }, async () => {
  const all = snapshot()
  const inWorker = (task) => ({ ...task, threadId: 1 })
  const other = all.graph.nodes.find(({ task }) => task?.name === 'Task-2')
  const own = all.dump.tasks.find(({ task }) => task.name === 'Task-2')
  const id = all.graph.nodes.length + 1
  const nodes = [...all.graph.nodes, { ...other, id, threadId: 1, task: inWorker(other.task) }]
  const tasks = [...all.dump.tasks, { ...own, task: inWorker(own.task), state: 'READY' }]
  const { page, troubles } = await openFile({ ...all, graph: { ...all.graph, nodes }, dump: { ...all.dump, tasks } })
  for (const [position, name, state] of [
    [other.id - 1, 'Task-2', own.state],
    [id - 1, 'Task-2 [thread 1]', 'READY'],
  ]) {
    const { x, y } = await boxOf(page, position)
    await page.mouse.click(x, y)
    assert.equal(await details(page).locator('h2').innerText(), name)
    assert.match(await details(page).innerText(), new RegExp(`state\\s+${state}`))
  }
  assert.deepEqual(troubles, [])
  await page.close()
})

test('5,000 tasks: alike ones as one, few elements, each task still to be found', { skip }, async () => {
  const { page, troubles } = await openFile(stuckServer(5000))
  assert.match(await page.locator('#summary').innerText(), /5000 tasks/)
  assert.ok(await page.locator('#alike').isChecked())
  assert.ok((await page.locator('#tasks details').count()) <= 100)
  assert.ok((await page.locator('*').count()) < 2000)
  assert.match(await page.locator('#tasks summary').nth(3).innerText(), /×12[45]/)
  await page.fill('#filter', 'checkoutHandler 10.0.0.3')
  await page.press('#filter', 'Enter')
  await frame(page)
  assert.match(await page.locator('#matches').innerText(), /^1\d of 5000$/)
  await page.locator('#tasks summary').first().click()
  await page.locator('#tasks .task').first().click()
  assert.match(await details(page).innerText(), /checkoutHandler\(\)[\s\S]*query\(\)[\s\S]*socket 10\.0\.0\.3:5432/)
  await page.fill('#filter', '')
  await page.locator('#alike').uncheck()
  await page.locator('#fit').click()
  await frame(page)
  const last = await boxOf(page, 6000)
  await page.mouse.move(last.x, last.y)
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, -240)
  await frame(page)
  await page.mouse.click(last.x, last.y)
  assert.equal(await details(page).locator('h2').count(), 1)
  assert.deepEqual(troubles, [])
  await page.close()
})

test('from the endpoint: refreshed on demand and live, and old when the process is gone', { skip }, async () => {
  let turn = 0
  const source = {
    getTasks: async () => {
      turn++
      return { ...snapshot().dump, pid: 1000 + turn }
    },
    captureWaitGraph: async () => graph(),
  }
  const server = await serve(source)
  const { page, troubles } = await openPage(browser, server.url)
  await page.locator('#summary', { hasText: 'process 1001' }).waitFor()
  await page.locator('#deadlocks-list button').click()
  await page.locator('#refresh').click()
  await page.locator('#summary', { hasText: 'process 1002' }).waitFor()
  assert.match(await details(page).innerText(), /left/, 'what was chosen stays chosen')
  await page.locator('#interval').selectOption('1000')
  await page.locator('#live').check()
  await page.locator('#summary', { hasText: 'process 1005' }).waitFor()
  assert.deepEqual(troubles, [])
  await server.close()
  await page.locator('#trouble', { hasText: 'The process does not answer. What you see is of' }).waitFor()
  assert.equal(await page.locator('#token-form').isVisible(), false)
  await page.close()
})

test('the heap is read by a button, where that would show more, and only once', { skip }, async () => {
  const asked = []
  const [main] = dump().threads
  const source = {
    getTasks: async ({ heap }) => {
      asked.push(heap)
      const incomplete = { incomplete: 'One promise is not known: { heap: true } reads the heap.' }
      return { ...snapshot().dump, threads: [{ ...main, ...(!heap && incomplete) }] }
    },
    captureWaitGraph: async () => graph(),
  }
  const server = await serve(source)
  const { page, troubles } = await openPage(browser, server.url)
  const button = page.getByRole('button', { name: 'Read the heap' })
  await button.waitFor()
  assert.match(await page.locator('#incomplete').innerText(), /heap=1 reads the heap/)
  await page.locator('#live').check()
  await page.locator('#live:not(:disabled)').waitFor()
  await button.click()
  await button.waitFor({ state: 'hidden' })
  assert.equal(asked.at(-1), true)
  assert.equal(await page.locator('#live').isChecked(), false)
  await page.locator('#refresh').click()
  await button.waitFor()
  assert.equal(asked.filter(Boolean).length, 1)
  assert.deepEqual(troubles, [])
  await page.close()
})

test('a file has no button to read the heap', { skip }, async () => {
  const { page } = await openFile({
    ...snapshot(),
    graph: { ...graph(), incomplete: 'heap=1 reads the heap.' },
    dump: null,
  })
  assert.equal(await page.locator('#incomplete').isVisible(), true)
  assert.equal(await page.locator('#read-heap').isVisible(), false)
  await page.close()
})

test('live spares a process that a capture holds up for long', { skip }, async () => {
  const [main] = dump().threads
  const source = {
    getTasks: async () => ({ ...snapshot().dump, threads: [{ ...main, pauseMs: 1500 }] }),
    captureWaitGraph: async () => graph(),
  }
  const server = await serve(source)
  const { page, troubles } = await openPage(browser, server.url)
  await page.locator('#tasks details').first().waitFor()
  assert.equal(await page.title(), '1 deadlock · async-trace 4711')
  await page.locator('#live').check()
  await page.locator('#slowed', { hasText: 'every 30 s, to spare the process' }).waitFor()
  await page.locator('#live').uncheck()
  assert.equal(await page.locator('#slowed').innerText(), '')
  assert.deepEqual(troubles, [])
  await page.close()
})

test('an endpoint with a token: the page asks for it, and shows nothing before', { skip }, async () => {
  const source = { getTasks: async () => snapshot().dump, captureWaitGraph: async () => graph() }
  const server = await serve(source, { token: 's3cret' })
  const { page } = await openPage(browser, server.url)
  await page.locator('#token-form').waitFor()
  assert.equal(await page.locator('#tasks details').count(), 0)
  await page.fill('#token', 'wrong')
  await page.locator('#token-form button').click()
  await page.locator('#trouble', { hasText: 'A valid token is required' }).waitFor()
  await page.fill('#token', 's3cret')
  await page.locator('#token-form button').click()
  await page.locator('#tasks details').first().waitFor()
  assert.equal(await page.locator('#trouble:visible').count(), 0)
  assert.equal(new URL(page.url()).search, '', 'the token is not in the address')
  await page.close()
})

test('what is not known is said above the picture, and nothing where all is known', { skip }, async () => {
  const whole = snapshot()
  const threads = whole.dump.threads.map((thread) => ({ ...thread, incomplete: 'heap=1 reads the heap.' }))
  const { page } = await openFile({ ...whole, dump: { ...whole.dump, threads } })
  assert.equal(await page.locator('#incomplete').innerText(), 'heap=1 reads the heap.')
  const { page: ofGraph } = await openFile({ ...whole, dump: null, graph: { ...whole.graph, incomplete: 'late' } })
  assert.equal(await ofGraph.locator('#incomplete').innerText(), 'late')
  const { page: known } = await openFile(whole)
  assert.equal(await known.locator('#incomplete').isVisible(), false)
})
