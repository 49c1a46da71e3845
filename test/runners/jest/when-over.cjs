// Once all test files are over: lets `late-log.test.js` log, and waits until it has.
const { existsSync, writeFileSync } = require('node:fs')

module.exports = async () => {
  writeFileSync(process.env.LATE_LOG, '')
  while (existsSync(process.env.LATE_LOG)) await new Promise((resolve) => setTimeout(resolve, 20))
}
