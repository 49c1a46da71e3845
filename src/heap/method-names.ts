/**
 * Functions are named by the code, not by the receiver of one call: a method that `Dog` inherits is `Animal.call`, whoever
 * calls it, and a function in an object literal has its own name. So equal places have equal names, and a stack can be
 * shared by all that were captured there (record/known-stacks.ts). Heaps name functions by the same rule.
 */
import { BEFORE_PARAMETERS, COMPUTED_METHOD, isNamedBySymbol } from '../model/computed-keys.js'
import { FunctionTokens, isName } from './function-tokens.js'
import { shownNameOf } from './functions.js'
import type { HeapView, Location } from './heap-view.js'

/** A script with the text that V8 runs. */
export interface ScriptLines {
  /** Null where the text cannot be had. */
  readonly lines: readonly string[] | null
  /** V8's position of the first character, 0-based. */
  readonly startLine: number
  readonly startColumn: number
}

type Beginning = Pick<Location, 'line' | 'column'>

/** A text's classes, by where `class` stands. */
interface Classes {
  readonly text: string
  /** Where each line begins. */
  readonly lines: readonly number[]
  readonly owners: Map<number, string | null>
  readonly read: Map<number, ClassBody | null>
}

interface ClassBody {
  readonly name: string | null
  readonly end: number
  /** Where its members' functions begin, as V8 has it (Node 20 to 26). */
  readonly members: ReadonlySet<number>
}

/** A bundle of more characters is not searched for classes. */
const MAX_TEXT = 4 * 1024 * 1024
/** So many classes before a function are looked at. */
const MAX_CLASSES = 32
const NAMED_CLASS = /^class\s+([\w$\u0080-\uffff]+)/
const ASSIGNED_CLASS = /([\w$\u0080-\uffff]+)\s*[=:]\s*$/
// A heap has functions begin at their parameters, a call site at the keyword.
const KEYWORD = /(?:async\s*)?(?:function\b[\s*]*[\w$\u0080-\uffff]*\s*)?$/
const PROTOTYPE = /([\w$\u0080-\uffff]+)\.prototype\.[\w$\u0080-\uffff]+\s*=\s*$/
/** So many characters are looked at, before a function and from there on. */
const BEFORE = 300

const classes = new WeakMap<readonly string[], Classes>()

/**
 * A method's name with its class: `Store.load`, `Store.[kLoad]`. Other functions' names as they are, and also those of
 * accessors and private methods, and what V8 has named by an assignment: `A.b`.
 *
 * @param functionName as V8 has it.
 * @param script null where it is not known.
 * @param beginning where the function begins, as V8 counts.
 */
export function nameByCode(functionName: string, script: ScriptLines | null, beginning: Beginning | null): string {
  const isKey = isNamedBySymbol(functionName) || functionName === '<anonymous>'
  if (script === null || beginning === null || (!isKey && /[ .#<]/.test(functionName))) return functionName
  const all = script.lines === null ? null : classesOf(script.lines)
  const at = all === null ? null : offsetIn(all, script, beginning)
  if (all === null || at === null) return functionName
  const name = (isKey ? computedKeyAt(all.text, at) : null) ?? functionName
  if (name === '<anonymous>') return name
  const owner = ownerOf(all, at)
  return owner === null ? name : `${owner}.${name}`
}

function computedKeyAt(text: string, at: number): string | null {
  const found =
    COMPUTED_METHOD.exec(text.slice(at, at + BEFORE)) ??
    (text[at] === '(' ? BEFORE_PARAMETERS.exec(text.slice(Math.max(0, at - BEFORE), at)) : null)
  return found?.[1] ?? null
}

/** The name that is shown of a function in a heap. @param scriptWith by V8's number of it; null where it is not known. */
export function codeNameOf(heap: HeapView, fn: number, scriptWith: (scriptId: number) => ScriptLines | null): string {
  const beginning = heap.locationOf(fn)
  return nameByCode(shownNameOf(heap, fn), beginning === null ? null : scriptWith(beginning.scriptId), beginning)
}

function offsetIn(all: Classes, { startLine, startColumn }: ScriptLines, { line, column }: Beginning): number | null {
  const row = line - 1 - startLine
  const start = all.lines[row]
  return start === undefined ? null : start + column - 1 - (row === 0 ? startColumn : 0)
}

/** The class that a method is written in, or the function on whose prototype it is put; null for other functions. */
function ownerOf(all: Classes, at: number): string | null {
  let owner = all.owners.get(at)
  if (owner === undefined) {
    owner =
      PROTOTYPE.exec(all.text.slice(Math.max(0, at - BEFORE), at).replace(KEYWORD, ''))?.[1] ?? classAround(all, at)
    all.owners.set(at, owner)
  }
  return owner
}

function classesOf(lines: readonly string[]): Classes | null {
  let all = classes.get(lines)
  if (all === undefined) {
    const starts: number[] = []
    let length = 0
    for (const line of lines) {
      starts.push(length)
      length += line.length + 1
    }
    const text = length > MAX_TEXT ? '' : lines.join('\n')
    all = { text, lines: starts, owners: new Map(), read: new Map() }
    classes.set(lines, all)
  }
  return all.text === '' ? null : all
}

/** The innermost class that has a member's function there. */
function classAround(all: Classes, at: number): string | null {
  let from = at
  for (let count = 0; count < MAX_CLASSES; count++) {
    from = from === 0 ? -1 : all.text.lastIndexOf('class', from - 1)
    if (from === -1) return null
    let body = all.read.get(from)
    if (body === undefined) {
      body = readClass(all.text, from)
      all.read.set(from, body)
    }
    if (body?.members.has(at)) return body.name
  }
  return null
}

function readClass(text: string, start: number): ClassBody | null {
  if (!/^class\b/.test(text.slice(start, start + 6)) || /[\w$.#]/.test(text[start - 1] ?? '')) return null
  const tokens = FunctionTokens.read(text, start)
  if (tokens === null) return null
  const { texts, starts, partners } = tokens
  const end = texts.length - 1
  const open = partners[end]
  if (open === undefined || texts[open] !== '{') return null
  const members = new Set<number>()
  for (let i = open + 1; i < end; i++) {
    // Any token may be where a member's function begins: its name, `async`, `get`, `*`, or the parameters of an arrow.
    members.add(starts[i] as number)
    const partner = partners[i]
    if (partner !== undefined && partner > i && texts[i] === '{') i = partner
  }
  const [, declared] = NAMED_CLASS.exec(text.slice(start, start + BEFORE)) ?? []
  const named = isName(declared) && declared !== 'extends' ? declared : undefined
  const assigned = ASSIGNED_CLASS.exec(text.slice(Math.max(0, start - BEFORE), start))?.[1]
  return { name: named ?? assigned ?? null, end: starts[end] as number, members }
}
