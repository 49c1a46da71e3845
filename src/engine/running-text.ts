import { runningScript } from './own-scripts.js'
import { max, sliceText, startsWith } from './primordials.js'
import type { Site } from './site.js'

/** A place in the text that V8 runs. */
export interface RunningPlace {
  readonly lines: readonly string[]
  /** 1-based, counted from the text's beginning; so is `column`. */
  readonly line: number
  readonly column: number
}

/** A script as call sites name it. */
type Script = Pick<Site, 'script' | 'scriptHash'>

/**
 * Where a place stands in the text that V8 runs; null where that cannot be read.
 *
 * @param line as V8 counts it, 1-based; so is `column`.
 */
export function runningPlace(
  { script, scriptHash }: Script,
  line: number | null,
  column: number | null,
): RunningPlace | null {
  if (script === null || startsWith(script, 'node:') || line === null || column === null) return null
  const { lines, startLine, startColumn } = runningScript(script, scriptHash)
  if (lines === null) return null
  const isFirst = line - startLine === 1
  return { lines, line: line - startLine, column: isFirst ? column - startColumn : column }
}

/** The text around a place. */
export interface TextAround {
  readonly text: string
  /** The index of the place in it. */
  readonly at: number
}

/** So many characters before and after a place are looked at, and as many of each other line. */
const BEFORE = 4_000
const AFTER = 4_000

/**
 * The text that V8 runs, around a place; null where it cannot be read.
 *
 * @param line as V8 counts it, 1-based; so is `column`.
 */
export function textAround(script: Script, line: number | null, column: number | null): TextAround | null {
  const place = runningPlace(script, line, column)
  const own = place?.lines[place.line - 1]
  if (place === null || own === undefined) return null
  const { lines } = place
  const split = place.column - 1
  let before = sliceText(own, max(0, split - BEFORE), split)
  for (let i = place.line - 2; i >= 0 && before.length < BEFORE; i--)
    before = `${sliceText(lines[i] as string, -BEFORE)}\n${before}`
  let after = sliceText(own, split, split + AFTER)
  for (let i = place.line; i < lines.length && after.length < AFTER; i++)
    after += `\n${sliceText(lines[i] as string, 0, AFTER)}`
  return { text: before + after, at: before.length }
}
