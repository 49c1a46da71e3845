const { b } = await import('./ring-b.mjs')
export const a = b
