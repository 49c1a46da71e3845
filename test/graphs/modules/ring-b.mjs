globalThis.ringCloses = true
const { a } = await import('./ring-a.mjs')
export const b = a
