import { printableLines } from './printable.js'

/**
 * A value as JSON, indented by two spaces unless told otherwise. Characters that a terminal would obey stand in it as `\uXXXX`,
 * which changes nothing of what it parses to.
 */
export function jsonText(value: unknown, indent = 2): string {
  return printableLines(JSON.stringify(value, null, indent))
}
