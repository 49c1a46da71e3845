import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isOwnScript } from './own-files.js'

/**
 * Whether modules that ran before an ordinary `import 'async-trace'` may have left something pending. Node tells nobody
 * which modules have run, so the text of the program is read: its imports, in their order, from the entry on. It is read
 * once, when a dump is taken.
 *
 * A file that contains no asynchronous code is passed over; a package is not read, and may contain anything.
 */
let known: boolean | null = null

export function mayModulesHaveRunBefore(): boolean {
  known ??= new Order().isLoadedLate()
  return known
}

const OWN_SPECIFIER = /^async-trace(?:\/|$)/
const ASYNCHRONOUS = /\b(?:async|await|Promise|then|promisify)\b/
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm
const STATIC_IMPORT = /^[ \t]*(?:import|export)\b(?!\s*type\b)(?:[^'"`;()=]*?\bfrom)?\s*(['"])([^'"\n]+)\1/gm
const LEADING_REQUIRE =
  /^\s*;?(?:(['"])use strict\1|(?:(?:const|let|var)\s+[\w$\s{},:]+=\s*)?require\(\s*(['"])([^'"]+)\2\s*\)(?:\.[\w$]+)*)[ \t]*(?:;|\n)/
const MAX_FILES = 200

/** What a module does before this package is loaded, and whether that is then loaded. */
type Begins = 'loads it' | 'does nothing' | 'may do anything'

class Order {
  readonly #seen = new Set<string>()

  isLoadedLate(): boolean {
    // What is preloaded runs first, and may have loaded this package.
    const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ')
    if (/(?:^|\s)(?:--import|--require|-r|--loader|--experimental-loader)\b/.test(flags)) return false
    const { _eval: evaluated } = process as unknown as { _eval?: unknown }
    if (typeof evaluated === 'string') return this.#textBegins(evaluated, process.cwd()) !== 'loads it'
    const [, entry] = process.argv
    return entry !== undefined && this.#fileBegins(entry) === 'may do anything'
  }

  #fileBegins(file: string): Begins {
    if (this.#seen.has(file)) return 'does nothing'
    this.#seen.add(file)
    if (this.#seen.size > MAX_FILES) return 'may do anything'
    try {
      return this.#textBegins(readFileSync(file, 'utf8'), dirname(file))
    } catch {
      return 'may do anything'
    }
  }

  #textBegins(source: string, folder: string): Begins {
    const text = source.replace(/^#!.*/, '').replace(COMMENT, '')
    const imports = [...text.matchAll(STATIC_IMPORT)].map(([, , name]) => name as string)
    const { names, rest } = imports.length > 0 ? { names: imports, rest: text } : leadingRequires(text)
    for (const name of names) {
      const begins = this.#importBegins(name, folder)
      if (begins !== 'does nothing') return begins
    }
    return ASYNCHRONOUS.test(rest) || /\brequire\s*\(/.test(rest) ? 'may do anything' : 'does nothing'
  }

  #importBegins(name: string, folder: string): Begins {
    if (OWN_SPECIFIER.test(name)) return 'loads it'
    if (isBuiltin(name)) return 'does nothing'
    if (!/^(?:\.{1,2}\/|\/|file:)/.test(name)) return 'may do anything'
    const file = name.startsWith('file:') ? new URL(name).pathname : resolve(folder, name)
    return isOwnScript(pathToFileURL(file).href) ? 'loads it' : this.#fileBegins(file)
  }
}

/** What a CommonJS module requires before it does anything else. */
function leadingRequires(text: string): { names: string[]; rest: string } {
  const names: string[] = []
  let rest = text
  for (let found = LEADING_REQUIRE.exec(rest); found !== null; found = LEADING_REQUIRE.exec(rest)) {
    if (found[3] !== undefined) names.push(found[3])
    rest = rest.slice(found[0].length)
  }
  return { names, rest }
}
