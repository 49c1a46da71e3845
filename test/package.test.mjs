// What the package ships, as it would be published.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

test('every file that its pages link to is in the package', () => {
  const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' })
  assert.equal(packed.status, 0, packed.stderr)
  const answer = JSON.parse(packed.stdout)
  const [{ files }] = Array.isArray(answer) ? answer : Object.values(answer)
  const shipped = files.map(({ path }) => path)
  const pages = shipped.filter((path) => path.endsWith('.md'))
  assert.ok(pages.includes('README.md') && pages.includes('docs/command.md'))
  const isShipped = (path) => shipped.includes(path) || shipped.some((other) => other.startsWith(`${path}/`))
  const missing = pages.flatMap((page) => {
    const links = [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!\w+:|#)([^)#]+)/g)].map(
      ([, link]) => link,
    )
    const targets = links.map((link) => posix.join(posix.dirname(page), link).replace(/\/$/, ''))
    return targets.filter((target) => !isShipped(target)).map((target) => `${page} → ${target}`)
  })
  assert.deepEqual(missing, [])
})

test('every entry can be required', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // Vitest refuses to be required.
  const entries = Object.keys(exports).filter((entry) => exports[entry].require !== undefined && entry !== './vitest')
  assert.ok(entries.includes('./register') && entries.includes('./jest'))
  for (const entry of entries) {
    const code = `require(${JSON.stringify(posix.join('async-trace', entry))})`
    const { status, stderr } = spawnSync(process.execPath, ['-e', code], { cwd: root, encoding: 'utf8' })
    assert.equal(status, 0, `${entry}: ${stderr}`)
  }
})
