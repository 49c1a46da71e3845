// What the package ships, as it would be published.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { testEveryCase } from './every-case.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

const packed = pack()

function pack() {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const { stdout, stderr, status } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  const answer = JSON.parse(stdout)
  return (Array.isArray(answer) ? answer : Object.values(answer))[0]
}

/** With the packages that it depends on, in `node_modules` of this repository. */
test('installed, it is at most 1.5 MB in at most 5 packages', () => {
  const dependencies = new Set()
  const visit = (name, from) => {
    const folder = findPackage(name, from)
    if (dependencies.has(folder)) return
    dependencies.add(folder)
    for (const next of Object.keys(readPackage(folder).dependencies ?? {})) visit(next, folder)
  }
  for (const name of Object.keys(readPackage(root).dependencies)) visit(name, root)
  assert.ok(dependencies.size + 1 <= 5, [...dependencies].join('\n'))
  const sizes = [...dependencies].map((folder) => sizeOf(folder))
  const bytes = sizes.reduce((sum, size) => sum + size, packed.unpackedSize)
  assert.ok(packed.unpackedSize > 500_000 && bytes <= 1_500_000, `${bytes} bytes`)
})

const readPackage = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

function findPackage(name, from) {
  const found = createRequire(join(from, 'package.json')).resolve.paths(name)
  return found.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json')))
}

function sizeOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  return files.reduce((sum, file) => sum + statSync(file).size, 0)
}

test('every own file that its code looks for is in the package', () => {
  const entries = readdirSync(join(root, 'src'), { recursive: true }).filter((file) => /\.c?ts$/.test(file))
  const texts = entries.map((file) => readFileSync(join(root, 'src', file), 'utf8'))
  const named = texts.flatMap((text) =>
    [...text.matchAll(/\b(?:ownFile|builtFile)\('([^']+)'\)/g)].map(([, file]) => file),
  )
  const beside = texts.flatMap((text) =>
    [...text.matchAll(/new URL\('\.\/([^']+)', import\.meta/g)].map(([, file]) => file),
  )
  const files = new Set([...named, ...beside.map((file) => `cli/${file}`)])
  assert.ok(files.has('threads/preload.cjs') && files.has('cli/close-left-open.js'), [...files].join(' '))
  const shipped = packed.files.map(({ path }) => path)
  assert.deepEqual(
    [...files].filter((file) => !shipped.includes(`dist/${file}`)),
    [],
  )
})

test('every file that its pages link to is in the package, or they say that it is in the repository', () => {
  const shipped = packed.files.map(({ path }) => path)
  const pages = shipped.filter((path) => path.endsWith('.md'))
  assert.ok(pages.includes('README.md') && pages.includes('docs/command.md'))
  const isShipped = (path) => shipped.includes(path) || shipped.some((other) => other.startsWith(`${path}/`))
  const missing = pages.flatMap((page) => {
    const paragraphs = readFileSync(join(root, page), 'utf8').split('\n\n')
    const links = paragraphs.flatMap((text) =>
      [...text.matchAll(/\]\((?!\w+:|#)([^)#]+)/g)].flatMap(([, link]) => {
        const inRepository = text.includes('repository') && existsSync(join(root, posix.dirname(page), link))
        return inRepository ? [] : [link]
      }),
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
