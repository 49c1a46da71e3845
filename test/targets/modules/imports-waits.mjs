import './waits.mjs'

export const name = 'imports-waits'
