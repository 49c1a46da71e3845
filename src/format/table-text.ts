/** A wider cell stands out of its column, so that one long name does not widen each line of thousands. */
const MOST_WIDTH = 100

/** Rows below a heading, columns as wide as their widest cell; no spaces at the ends of lines. */
export function tableText(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heading.map((title, i) =>
    Math.min(
      MOST_WIDTH,
      rows.reduce((widest, row) => Math.max(widest, row[i]?.length ?? 0), title.length),
    ),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  return [heading, ...rows].map(line).join('\n')
}

/** At most `length` characters, the last an ellipsis where some were left out. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
