import { runningScript } from './own-scripts.js'
import { type TextAround, textAround } from './running-text.js'
import type { Site } from './site.js'
import { originalName } from './source-maps.js'

const MAX_FUNCTIONS = 20_000
const names = new Map<string, string>()

/**
 * The name of a place's function as the author wrote it: minifiers and bundlers rename, and a source map with `names` knows
 * from what. V8's own name where none is mapped.
 */
export function authorName(site: Site): string {
  const { script, scriptHash, name, enclosingLine, enclosingColumn, isModule, isInternal, isMapped } = site
  if (script === null || enclosingLine === null || enclosingColumn === null) return name
  if (isModule || isInternal || isMapped === true || name.startsWith('<')) return name
  const key = `${scriptHash} ${script}\0${enclosingLine}\0${enclosingColumn}\0${name}`
  let known = names.get(key)
  if (known === undefined) {
    known = mapped(site, enclosingLine, enclosingColumn)
    if (names.size >= MAX_FUNCTIONS) names.clear()
    names.set(key, known)
  }
  return known
}

/** `Class.method`, `new Class`, `get name`: each part by where it was declared. */
function mapped(site: Site, line: number, column: number): string {
  const { script, scriptHash, name } = site
  const around = textAround(site, line, column)
  if (script === null || around === null) return name
  const running = runningScript(script, scriptHash)
  const nameAt = (index: number): string | null => {
    const place = placeOf(around, index, line, column)
    return place === null ? null : originalName(running, place.line, place.column)
  }
  const [, lead = '', own = ''] = /^((?:.*[ .])?)([^ .]*)$/s.exec(name) ?? []
  const type = /^(?:new |(?:get |set )?)([\w$]+)(?=\.)/.exec(lead)?.[1]
  const isConstructor = name.startsWith('new ')
  const declared = isConstructor ? classAt(around, own) : functionAt(around, own)
  const ownName = (declared === -1 ? null : nameAt(declared)) ?? own
  const typeAt = type === undefined ? -1 : classAt(around, type)
  const typeName = typeAt === -1 ? null : nameAt(typeAt)
  return `${typeName === null || type === undefined ? lead : lead.replace(type, () => typeName)}${ownName}`
}

/** Where the name of a function stands that begins at a place: after the keyword, before `=` or where the place is. */
function functionAt({ text, at }: TextAround, name: string): number {
  const after = /^(?:async\s+)?(?:function\b\s*\*?\s*)?/.exec(text.slice(at, at + 100))?.[0].length ?? 0
  if (isNameAt(text, at + after, name)) return at + after
  const before = /([\w$\u0080-\uffff]+)\s*[=:]\s*(?:async\s*)?$/.exec(text.slice(Math.max(0, at - 200), at))
  if (before?.[1] !== name) return -1
  return at - before[0].length
}

/** Where a class, or a function that makes objects, was last declared before a place. */
function classAt({ text, at }: TextAround, name: string): number {
  const declaration = new RegExp(`\\b(?:class|function)\\s+(${escaped(name)})(?![\\w$])`, 'dg')
  let found = -1
  for (const match of text.slice(0, at + name.length + 20).matchAll(declaration))
    found = match.indices?.[1]?.[0] ?? found
  return found
}

function isNameAt(text: string, at: number, name: string): boolean {
  return name !== '' && text.startsWith(name, at) && !/[\w$]/.test(text[at + name.length] ?? '')
}

function escaped(name: string): string {
  return name.replace(/\$/g, '\\$')
}

/** The place of a character, from that of another one. */
function placeOf(
  { text, at }: TextAround,
  index: number,
  line: number,
  column: number,
): { line: number; column: number } | null {
  if (index >= at) {
    const lines = text.slice(at, index).split('\n')
    const last = lines.at(-1) as string
    return { line: line + lines.length - 1, column: lines.length === 1 ? column + last.length : last.length + 1 }
  }
  const lines = text.slice(index, at).split('\n')
  if (lines.length === 1) return { line, column: column - (at - index) }
  const start = text.lastIndexOf('\n', index - 1)
  return start === -1 ? null : { line: line - lines.length + 1, column: index - start }
}
