import { printable } from './printable.js'

/**
 * A value as JSON, indented by two spaces. Characters that a terminal would obey stand in it as `\uXXXX`,
 * which changes nothing of what it parses to.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => printable(line))
    .join('\n')
}
