/** What is certainly shown as it is: most of every text. */
const OTHERS = /[^\x20-\x7e]/
const OTHERS_IN_LINES = /[^\n\x20-\x7e]/
/** Controls, halves of surrogate pairs, line separators, and what is not seen; but for those that join emojis and words. */
const NOT_SHOWN = /[\p{Cc}\p{Cs}\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/gu

/**
 * Characters that a terminal would obey, that turn the direction of a line, or that nobody would see, as `\uXXXX`: a
 * name can neither act nor look like another.
 */
export function printable(text: string): string {
  return OTHERS.test(text) ? text.replace(NOT_SHOWN, escaped) : text
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  if (!OTHERS_IN_LINES.test(text)) return text
  return text.split('\n').map(printable).join('\n')
}

function escaped(character: string): string {
  let text = ''
  for (let i = 0; i < character.length; i++) text += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
  return text
}
