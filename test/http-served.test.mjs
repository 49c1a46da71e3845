// The endpoint of a real program, asked from another process: its tasks are there, its own request is not.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { boxOf, hasBrowser, launchBrowser, openPage } from './browser.mjs'
import { frameworks } from './debug-servers.mjs'

const program = fileURLToPath(new URL('./fixtures/served.mjs', import.meta.url))
const waitsAt =
  readFileSync(program, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes('// waits here')) + 1

async function withProgram(framework, use) {
  const child = spawn(process.execPath, [program, framework], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    for await (const url of createInterface({ input: child.stdout })) {
      await use(`${url}/debug/async`)
      break
    }
  } finally {
    child.kill()
  }
}

for (const framework of Object.keys(frameworks)) {
  test(`${framework}: the stuck task with its chain, leaf and creation; not the request, nor a second one beside it`, async () => {
    await withProgram(framework, async (url) => {
      const dumps = await Promise.all([1, 2].map(async () => (await fetch(`${url}/tasks?stacks=1`)).json()))
      for (const { tasks } of dumps) {
        assert.deepEqual(
          tasks.map(({ functionExecuting }) => functionExecuting),
          ['stuck'],
        )
        const [{ state, stack, currentFrame, waitingOn, createdPath }] = tasks
        assert.equal(state, 'PENDING')
        assert.deepEqual(
          stack.map(({ name }) => name),
          ['stuck', 'inner'],
        )
        assert.equal(currentFrame.line, waitsAt)
        assert.match(currentFrame.source, /waits here/)
        assert.equal(waitingOn.kind, 'timer')
        assert.equal(waitingOn.delayMs, 3_600_000)
        assert.equal(createdPath.at(-1).name, 'Task-1')
      }
      const tree = await (await fetch(`${url}/graph?format=tree`)).text()
      assert.match(tree, /stuck\(\)[\s\S]*inner\(\)[\s\S]*setTimeout 3600000 ms/)
    })
  })
}

const skip = hasBrowser ? false : 'there is no /usr/bin/chromium'

test('the page of a real program', { skip }, async () => {
  const browser = await launchBrowser()
  try {
    await withProgram('node:http', async (url) => {
      const { page, troubles } = await openPage(browser, url)
      await page.locator('#tasks summary', { hasText: 'stuck()' }).waitFor()
      const { x, y } = await boxOf(page, 0)
      await page.mouse.click(x, y)
      assert.match(await page.locator('#details').innerText(), /stuck\(\)[\s\S]*inner\(\)[\s\S]*served\.mjs/)
      await page.locator('#live').check()
      await page.locator('#refresh').click()
      assert.deepEqual(troubles, [])
    })
  } finally {
    await browser.close()
  }
})
