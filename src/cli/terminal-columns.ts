import { wrappedText } from '../format/wrapped-text.js'

/**
 * How wide the answer may be: as the terminal that it goes to, or as the environment says (COLUMNS). Null if it is piped: what another
 * program reads has no width.
 */
export function answerColumns(): number | null {
  if (process.stdout.isTTY === true) return process.stdout.columns
  const { COLUMNS = '' } = process.env
  return /^[1-9]\d{0,4}$/.test(COLUMNS) ? Number(COLUMNS) : null
}

/** An answer without lines that are wider. */
export function fitting(text: string): string {
  const columns = answerColumns()
  return columns === null ? text : wrappedText(text, columns)
}
