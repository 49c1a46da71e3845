/** In a narrower one nearly every line would be broken, and nothing is gained. */
const LEAST_COLUMNS = 40
/** How much deeper a line goes on. */
const HANGING = '  '

/**
 * Breaks lines that are wider than the terminal, between words: they go on a little deeper, within the same branches of the tree. A
 * place (`file:line:column`) stays whole, so that it can be clicked: if it has no room at that depth, it stands farther to the left.
 */
export function wrappedText(text: string, columns: number): string {
  if (columns < LEAST_COLUMNS) return text
  const lines = text.split('\n')
  return lines
    .flatMap((line, i) => (line.length <= columns ? [line] : wrappedLine(line, lines[i + 1] ?? '', columns)))
    .join('\n')
}

function wrappedLine(line: string, next: string, columns: number): string[] {
  const [branches = ''] = /^[│ ]*(?:[├└]─ )?/.exec(line) ?? []
  const lead = leadBelow(branches, next)
  const lines: string[] = []
  let open = branches
  let isBegun = false
  for (const word of wordsIn(line.slice(branches.length), columns - lead.length)) {
    const longer = `${open}${isBegun ? ' ' : ''}${word}`
    if (isBegun && longer.length > columns) {
      lines.push(open)
      open = `${lead.slice(0, Math.max(0, columns - word.length))}${word}`
    } else {
      open = longer
      isBegun = true
    }
  }
  return [...lines, open]
}

/** The branches of a tree as they go on below a line, and the indentation of what continues it. @param next the line below. */
function leadBelow(branches: string, next: string): string {
  const below = branches.replace('├─', '│ ').replace('└─', '  ')
  const isParent = branches !== below || branches === ''
  return `${below}${isParent && /[│├└]/.test(next[below.length] ?? '') ? '│  ' : ''}${HANGING}`
}

/**
 * An arrow belongs to what it leads to, a number to what it numbers, and a short remark in parentheses stays whole; so do a function and
 * its place, if a line has room for both.
 */
function wordsIn(text: string, room: number): string[] {
  const words = text.match(/(?:(?:[→←×]|\d+\.|\d+ ×) )*(?:\([^()]{1,24}\)[^ ]*|[^ ]+)(?: [^ ]+:\d+:\d+[^ ]*)?/g) ?? []
  return words.flatMap((word) => (word.length <= room ? [word] : word.split(/ (?=[^ ]+:\d+:\d+[^ ]*$)/)))
}
