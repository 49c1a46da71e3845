import {
  BEGINS_WITH_FUNCTION,
  FORWARDS,
  type HelperKind,
  type HelperShape,
  REGENERATOR,
  SHAPES,
  YIELDED,
} from './helper-shapes.js'
import { some } from './lists.js'
import { exec, indexOfText, max, OwnMap, sliceText, test } from './primordials.js'
import { type TextAround, textAround } from './running-text.js'
import type { Site } from './site.js'

/** A function of a compiler's: `isEntry` where the author's function calls it, and it makes the promise. */
export interface Helper {
  readonly kind: HelperKind
  readonly isEntry: boolean
}

const DOT_AT_END = /\s*\.\s*$/
const CALLED_FUNCTION = /\}\s*(?:,\s*[\w$]+\s*)?\)+$/
const MAX_FUNCTIONS = 20_000

/** What the text of a function says. A dump asks thousands of times: by place, without making a key each time. */
interface Remembered<T> {
  readonly ofSite: OwnMap<Site, T | null>
  readonly ofFunction: OwnMap<string, T | null>
}

const helpers: Remembered<Helper> = { ofSite: new OwnMap(), ofFunction: new OwnMap() }
const forwarding: Remembered<boolean> = { ofSite: new OwnMap(), ofFunction: new OwnMap() }

/** What a place's function is to a compiler; null for the author's own, and where its text cannot be read. */
export function helperAt(site: Site): Helper | null {
  return remembered(helpers, site, readHelper)
}

/** Whether a place's function only calls what `_asyncToGenerator` has returned. */
export function isForwarding(site: Site): boolean {
  return remembered(forwarding, site, ({ text, at }) => some(FORWARDS, (shape) => standsAt(shape, text, at))) === true
}

/**
 * Whether the place is a call at once of what `_asyncToGenerator` returns: `_asyncToGenerator(function* () {…})()`. V8 names
 * such a call by the parenthesis after it, or by `call` (Node 20 to 26).
 */
export function isCalledAtOnce(site: Site): boolean {
  const around = textAround(site, site.line, site.column)
  const text = around === null ? '' : sliceText(around.text, 0, around.at)
  const dot = exec(DOT_AT_END, text)
  const before = dot === null ? text : sliceText(text, 0, dot.index)
  if (!test(CALLED_FUNCTION, before)) return false
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
  return around !== null && test(YIELDED, sliceText(around.text, max(0, around.at - 300), around.at))
}

function remembered<T>(known: Remembered<T>, site: Site, read: (around: TextAround) => T | null): T | null {
  const { script, enclosingLine, enclosingColumn, isInternal, isModule } = site
  // A module begins where its first function does.
  if (script === null || enclosingLine === null || enclosingColumn === null || isInternal || isModule) return null
  let found = known.ofSite.get(site)
  if (found === undefined) {
    found = ofFunction(known.ofFunction, site, enclosingLine, enclosingColumn, read)
    if (known.ofSite.size >= MAX_FUNCTIONS) known.ofSite.clear()
    known.ofSite.set(site, found)
  }
  return found
}

function ofFunction<T>(
  known: OwnMap<string, T | null>,
  site: Site,
  line: number,
  column: number,
  read: (around: TextAround) => T | null,
): T | null {
  const key = `${site.scriptHash} ${site.script}\0${line}\0${column}`
  let found = known.get(key)
  if (found === undefined) {
    const around = textAround(site, line, column)
    found = around === null ? null : read(around)
    if (known.size >= MAX_FUNCTIONS) known.clear()
    known.set(key, found)
  }
  return found
}

function readHelper({ text, at }: TextAround): Helper | null {
  if (some(REGENERATOR, (shape) => standsAt(shape, text, at))) return { kind: 'generator', isEntry: false }
  for (let i = 0; i < SHAPES.length; i++) {
    const { kind, pattern, isOpen } = SHAPES[i] as HelperShape
    pattern.lastIndex = 0
    for (let match = exec(pattern, text); match !== null; match = exec(pattern, text)) {
      const end = isOpen ? closingBrace(text, match.index) : match.index + (match[0] as string).length
      if (at < match.index || at >= end) continue
      const entry = match.indices?.groups?.['entry']
      return { kind, isEntry: entry !== undefined && at >= entry[0] && at < entry[1] }
    }
  }
  return null
}

function standsAt(shape: RegExp, text: string, at: number): boolean {
  shape.lastIndex = at
  return test(shape, text)
}

/** In a helper's text braces stand in no strings. */
function closingBrace(text: string, from: number): number {
  let depth = 0
  for (let i = indexOfText(text, '{', from); i !== -1 && i < text.length; i++) {
    if (text[i] === '{') depth++
    else if (text[i] === '}' && --depth === 0) return i
  }
  return from
}
