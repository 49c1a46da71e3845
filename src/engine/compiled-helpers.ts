import type { Site } from './call-sites.js'
import { BEGINS_WITH_FUNCTION, FORWARDS, type HelperKind, REGENERATOR, SHAPES, YIELDED } from './helper-shapes.js'
import { type TextAround, textAround } from './running-text.js'

/** A function of a compiler's: `isEntry` where the author's function calls it, and it makes the promise. */
export interface Helper {
  readonly kind: HelperKind
  readonly isEntry: boolean
}

const MAX_FUNCTIONS = 20_000
const helpers = new Map<string, Helper | null>()
const forwarding = new Map<string, boolean>()

/** What a place's function is to a compiler; null for the author's own, and where its text cannot be read. */
export function helperAt(site: Site): Helper | null {
  return remembered(helpers, site, readHelper)
}

/** Whether a place's function only calls what `_asyncToGenerator` has returned. */
export function isForwarding(site: Site): boolean {
  return remembered(forwarding, site, ({ text, at }) => FORWARDS.some((shape) => standsAt(shape, text, at))) === true
}

/**
 * Whether the place is a call at once of what `_asyncToGenerator` returns: `_asyncToGenerator(function* () {…})()`. V8 names
 * such a call by the parenthesis after it, or by `call` (Node 20 to 26).
 */
export function isCalledAtOnce(site: Site): boolean {
  const around = textAround(site, site.line, site.column)
  const before = around?.text.slice(0, around.at).replace(/\s*\.\s*$/, '') ?? ''
  if (!/\}\s*(?:,\s*[\w$]+\s*)?\)+$/.test(before)) return false
  const opening = openingOf(before)
  return opening === -1 || standsAt(BEGINS_WITH_FUNCTION, before, opening + 1)
}

/** The partner of the parenthesis at a text's end; -1 where it is not found. */
function openingOf(text: string): number {
  let depth = 0
  for (let i = text.length - 1; i >= 0; i--) {
    if (text[i] === ')') depth++
    else if (text[i] === '(' && --depth === 0) return i
  }
  return -1
}

/** Whether the promise of the call at a place is awaited at once, by the compiled text. */
export function isYieldedCall(site: Site): boolean {
  const around = textAround(site, site.line, site.column)
  return around !== null && YIELDED.test(around.text.slice(Math.max(0, around.at - 300), around.at))
}

function remembered<T>(known: Map<string, T | null>, site: Site, read: (around: TextAround) => T | null): T | null {
  const { script, scriptHash, enclosingLine, enclosingColumn, isInternal, isModule } = site
  // A module begins where its first function does.
  if (script === null || enclosingLine === null || enclosingColumn === null || isInternal || isModule) return null
  const key = `${scriptHash} ${script}\0${enclosingLine}\0${enclosingColumn}`
  let found = known.get(key)
  if (found === undefined) {
    const around = textAround(site, enclosingLine, enclosingColumn)
    found = around === null ? null : read(around)
    if (known.size >= MAX_FUNCTIONS) known.clear()
    known.set(key, found)
  }
  return found
}

function readHelper({ text, at }: TextAround): Helper | null {
  if (REGENERATOR.some((shape) => standsAt(shape, text, at))) return { kind: 'generator', isEntry: false }
  for (const { kind, pattern, isOpen } of SHAPES) {
    for (const match of text.matchAll(pattern)) {
      const end = isOpen ? closingBrace(text, match.index) : match.index + match[0].length
      if (at < match.index || at >= end) continue
      const [from, to] = match.indices?.groups?.['entry'] ?? [-1, -1]
      return { kind, isEntry: at >= from && at < to }
    }
  }
  return null
}

function standsAt(shape: RegExp, text: string, at: number): boolean {
  shape.lastIndex = at
  return shape.test(text)
}

/** In a helper's text braces stand in no strings. */
function closingBrace(text: string, from: number): number {
  let depth = 0
  for (let i = text.indexOf('{', from); i !== -1 && i < text.length; i++) {
    if (text[i] === '{') depth++
    else if (text[i] === '}' && --depth === 0) return i
  }
  return from
}
