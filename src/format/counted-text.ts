/** `1 task`, `2 tasks`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** `37 × `; nothing for one. */
export function timesText(count: number): string {
  return count === 1 ? '' : `${count} × `
}
