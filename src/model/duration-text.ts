/** `340 ms`, `12.3 s`, `2 min 5 s`, `3 h 12 min`, `2 d 3 h`: two figures at most, for a person. */
export function durationText(ms: number): string {
  // When the work began was not recorded; from JSON it comes as null.
  if (!Number.isFinite(ms)) return '?'
  if (ms < 10) return `${Math.round(ms * 10) / 10} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${Number((ms / 1000).toFixed(1))} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return twoParts(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 24 * 60) return twoParts(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.floor(minutes / 60)
  return twoParts(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function twoParts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
