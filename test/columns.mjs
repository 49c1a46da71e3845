/**
 * A text without columns: which one V8 names is not what most tests ask, and it is not the same in all versions.
 * test/columns.test.mjs asks.
 */
export function withoutColumns(text) {
  return text.replace(/((?:\.[cm]?[jt]sx?|\[eval\]):\d+):\d+/g, '$1')
}
