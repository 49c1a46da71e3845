// The Promises/A+ suite against the native Promise. Runs in the folder where the suite was installed.
const { createRequire } = require('node:module')

const suite = createRequire(`${process.cwd()}/package.json`)('promises-aplus-tests')
const adapter = {
  deferred: () => Promise.withResolvers?.() ?? deferred(),
  resolved: (value) => Promise.resolve(value),
  rejected: (reason) => Promise.reject(reason),
}

function deferred() {
  const made = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}

process.on('unhandledRejection', () => {})
suite(adapter, { reporter: 'tap' }, (failed) => {
  process.exitCode = failed ? 1 : 0
})
