/** What the entries of the package export, for the builds in which all of its code is one text: scripts/one-text.mjs. */
export * from './dump-on-signal.js'
export { debugHandler } from './http.js'
export * from './index.js'
export { instance } from './instance.js'
export { tellOfLost } from './lost-at-exit.js'
export { observeMetrics } from './metrics.js'
export { startAsPreload } from './preload.js'
export { tellOfUncaught } from './uncaught.js'
