import './never.mjs'

export const name = 'imports-never'
