// The same for CommonJS programs.
const { basename } = require('node:path')
const { writeSync } = require('node:fs')
const { collectAsyncTrace } = require('async-trace')

exports.trace = function trace(label) {
  const { frames } = collectAsyncTrace()
  writeSync(1, `${JSON.stringify({ label, frames: frames.slice(1, -1).map(shown), root: frames.at(-1).name })}\n`)
}

function shown(frame) {
  const { name, filename, line, column, boundary, repeated } = frame
  return { name, file: filename && basename(filename), line, column, boundary, repeated }
}
