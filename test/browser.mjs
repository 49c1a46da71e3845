// A real browser for the tests of the page; null where there is none.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

export const hasBrowser = existsSync(executablePath)

export function launchBrowser() {
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update']
  const args = ['--no-sandbox', '--disable-gpu', '--disable-sync', ...quiet]
  return chromium.launch({ executablePath, args })
}

/** A page, with everything in `troubles` that it complained of, or asked the network for. */
export async function openPage(browser, url, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options })
  const troubles = []
  const origin = new URL(url).origin
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // That a test reads pixels is no trouble of the page's.
    const isOurs = message.text().includes('getImageData')
    if (['error', 'warning'].includes(message.type()) && !isOurs) troubles.push(`console: ${message.text()}`)
  })
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`)
    dialog.dismiss()
  })
  page.on('request', (request) => {
    const asked = new URL(request.url())
    if (asked.origin !== origin && asked.protocol !== 'data:') troubles.push(`request: ${request.url()}`)
  })
  page.setDefaultTimeout(15_000)
  await page.goto(url)
  return { page, troubles }
}

/** The middle of a node's box on the screen. */
export async function boxOf(page, position) {
  const { x, y } = await page.evaluate((node) => globalThis.asyncTracePage.positionOf(node), position)
  const canvas = await page.locator('#graph').boundingBox()
  return { x: canvas.x + x, y: canvas.y + y }
}
