import { scriptLines } from './source-text.js'

/** The text that V8 runs, around a place of its. */
export interface TextAround {
  readonly text: string
  /** The index of the place in it. */
  readonly at: number
}

/** So many characters before and after a place are looked at, and as many of each other line. */
const BEFORE = 4_000
const AFTER = 4_000

/** Null where the text cannot be read. */
export function textAround(script: string | null, line: number | null, column: number | null): TextAround | null {
  if (script === null || line === null || column === null) return null
  const lines = scriptLines(script)
  const own = lines?.[line - 1]
  if (lines === null || own === undefined) return null
  let before = own.slice(Math.max(0, column - 1 - BEFORE), column - 1)
  for (let i = line - 2; i >= 0 && before.length < BEFORE; i--)
    before = `${(lines[i] as string).slice(-BEFORE)}\n${before}`
  let after = own.slice(column - 1, column - 1 + AFTER)
  for (let i = line; i < lines.length && after.length < AFTER; i++) after += `\n${(lines[i] as string).slice(0, AFTER)}`
  return { text: before + after, at: before.length }
}
