/** `1 byte`, `7 bytes`, `1.5 kB`, `20 MB`: for a person. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} byte${bytes === 1 ? '' : 's'}`
  if (bytes < 999_500) return `${Number((bytes / 1000).toPrecision(3))} kB`
  return `${Number((bytes / 1_000_000).toPrecision(3))} MB`
}
