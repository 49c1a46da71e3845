const RED = '\x1b[31m'
const DIM = '\x1b[2m'
const BOLD = '\x1b[1m'
const RESET = '\x1b[0m'

/** Deadlocks red, frames dim, what stands at the top bold. The text stays the same. */
export function coloredTree(tree: string): string {
  return tree
    .split('\n')
    .map((line) => {
      if (/^\d+ deadlocks?:$|^ {2}\d+\. |\[deadlock |\(deadlock\)/.test(line)) return `${RED}${line}${RESET}`
      const [, lead = '', rest = ''] = /^([│ ]*)(.*)$/.exec(line) ?? []
      if (rest === '') return line
      if (lead === '') return `${BOLD}${line}${RESET}`
      return /^[├└]/.test(rest) ? line : `${lead}${DIM}${rest}${RESET}`
    })
    .join('\n')
}
