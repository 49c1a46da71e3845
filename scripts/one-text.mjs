// The package as one text, dist/bundled/core.js: as one file it loads in a third of the time that its modules take. It is an ES
// module; `require` and workers run the same text as a script (src/compiled-core.ts). Wherever a bundler puts that text, it stays in one piece between two marks, by which the
// package tells its own frames from the program's. Its lines stay short: Node prints the line that an uncaught error came from.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { minifySync } from '@swc/core'
import { buildSync, transformSync } from 'esbuild'
import ts from 'typescript'

/** @returns the files whose code is in it. */
export function buildOneText(root) {
  const dist = new URL('dist/', root)
  const options = {
    absWorkingDir: fileURLToPath(root),
    bundle: true,
    platform: 'node',
    target: 'node20',
    metafile: true,
  }
  const built = (entry, format) =>
    buildSync({
      ...options,
      entryPoints: [fileURLToPath(new URL(entry, dist))],
      format,
      write: false,
      minifySyntax: true,
      // Only as what cannot be: the place of the running text is read from V8.
      define: { 'import.meta.url': 'undefined' },
      logLevel: 'warning',
    })
  const core = built('core.js', 'cjs')
  const text = shortened(core.outputFiles[0].text)
  // V8 keeps and compiles such a text in half the time. esbuild escapes all but what regular expressions contain.
  const notAscii = /[^\n\x20-\x7e].*/.exec(text)
  if (notAscii !== null) throw new Error(`Not ASCII: ${notAscii[0]}`)
  const marked = `const ownText = { start: (read) => read(), end: () => {} };\n${text}\nownText.end();`
  const namesOf = (entry) => Object.values(built(entry, 'esm').metafile.outputs)[0].exports
  // It does something when it is loaded, and has a text of its own.
  const register = readFileSync(new URL('register.js', dist), 'utf8')
  const entries = { index: namesOf('index.js'), http: namesOf('http.js'), metrics: namesOf('metrics.js') }

  const write = (path, content) => writeFileSync(new URL(path, dist), content)
  for (const folder of ['cjs', 'bundled']) mkdirSync(new URL(folder, dist), { recursive: true })
  const wrapped = `((require) => {\nconst exports = {};\nconst module = { exports };\n${marked}\nreturn module.exports;\n})((name) => process.getBuiltinModule(name))`
  write('bundled/core.js', `const core = ${wrapped};\nexport const { ${namesOf('core.js').join(', ')} } = core;\n`)
  write('cjs/core.js', loaderOfCore(dist, options))
  const from = (core) => register.replace(/'\.\/(?:index|dump-on-signal|lost-at-exit|uncaught)\.js'/g, `'${core}'`)
  const other = /'\.\/(?!core\.js)[^']*'/.exec(from('./core.js'))
  if (other !== null)
    throw new Error(`register.js imports ${other[0]}: export what it needs from core.ts, and name it here`)
  write('register.js', from('./bundled/core.js'))
  const { code } = transformSync(from('./core.js'), { format: 'cjs', platform: 'node', target: 'node20' })
  write('cjs/register.js', code)
  for (const [entry, names] of Object.entries(entries)) {
    write(`${entry}.js`, `export { ${names.join(', ')} } from './bundled/core.js';\n`)
    const lines = names.map((name) => `exports.${name} = core.${name};\n`)
    // A test runner's entry may have loaded the core, with less switched on.
    lines.push('core.instance?.switchOnAsTold(true);\n')
    // Deno does not look at its export condition when a CommonJS module asks.
    const core = "require(process.versions.deno === undefined ? './core.js' : '../other-runtime.js')"
    write(`cjs/${entry}.js`, `'use strict';\nconst core = ${core};\n${lines.join('')}`)
  }
  buildRunnerEntries(dist, options)
  write('cjs/package.json', '{ "type": "commonjs" }\n')
  return Object.keys(core.metafile.inputs)
}

/** Names of functions and classes stay: programs see some of them, and paths tell own functions by them (test/programs.test.mjs). */
function shortened(text) {
  // esbuild writes a class as a variable, whose name would be its only one.
  const named = text.replace(/\b(\w+) = class(?= extends | \{)/g, '$1 = class $1')
  const mangle = { toplevel: true, keep_fnames: true, keep_classnames: true }
  const { code } = minifySync(named, { compress: false, mangle, format: { asciiOnly: true } })
  return inLines(code)
}

/** Begins a line at a statement or a member of a class once the line before is long enough. */
function inLines(code) {
  const lines = []
  let begun = 0
  const visit = (node) => {
    const start = node.getStart(source)
    if ((ts.isStatement(node) || ts.isClassElement(node)) && start - begun > LINE) {
      lines.push(code.slice(begun, start))
      begun = start
    }
    ts.forEachChild(node, visit)
  }
  const source = ts.createSourceFile('core.js', code, ts.ScriptTarget.ES2022)
  visit(source)
  return [...lines, code.slice(begun)].join('\n')
}

const LINE = 120

/** Runs the text of the ES module. */
function loaderOfCore(dist, options) {
  const contents = `import { join } from 'node:path'
import { loadCore } from './compiled-core.js'
module.exports = loadCore(join(__dirname, '../bundled/core.js'), 'require')`
  const stdin = { contents, resolveDir: fileURLToPath(dist) }
  return buildSync({ ...options, stdin, format: 'cjs', write: false, minify: true, logLevel: 'warning' }).outputFiles[0]
    .text
}

const RUNNERS = ['vitest', 'jest', 'node-test', 'mocha']

/** They are loaded once for each file of tests, and find or load the core by themselves. */
function buildRunnerEntries(dist, options) {
  const entryPoints = RUNNERS.map((entry) => fileURLToPath(new URL(`${entry}.js`, dist)))
  const short = { minifyWhitespace: true, minifySyntax: true, lineLimit: 160 }
  const own = { ...options, ...short, entryPoints, allowOverwrite: true, packages: 'external', logLevel: 'warning' }
  buildSync({ ...own, format: 'cjs', outdir: fileURLToPath(new URL('cjs', dist)), define: { 'import.meta.url': '""' } })
  buildSync({ ...own, format: 'esm', outdir: fileURLToPath(dist) })
}
