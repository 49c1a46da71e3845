// What the package ships, as it would be published.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { testEveryCase } from './every-case.mjs'

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

testEveryCase('what is published asks for the accelerator of its own version, if it can be had', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'async-trace-packages-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const script = join(root, 'scripts', 'pack-release.mjs')
  const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' })
  if (!existsSync(join(root, 'native', 'prebuilds'))) {
    assert.match(stderr, /native\/prebuilds has no binary: npm run build:native/)
    return
  }
  assert.equal(status, 0, stderr)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const fileOf = (name) => join(folder, `${name}-${version}.tgz`)
  const readPackage = (name) =>
    spawnSync('tar', ['-xzOf', fileOf(name), 'package/package.json'], { encoding: 'utf8' }).stdout
  assert.deepEqual(JSON.parse(readPackage('async-trace')).optionalDependencies, { 'async-trace-native': version })
  // npm would compile it.
  assert.equal(JSON.parse(readPackage('async-trace-native')).gypfile, false)
  const { stdout } = spawnSync('tar', ['-tzf', fileOf('async-trace-native')], { encoding: 'utf8' })
  assert.match(stdout, /^package\/prebuilds\/\S+\.node$/m)
})
