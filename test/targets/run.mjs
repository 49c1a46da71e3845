// Started by `async-trace run`: the recorder is there before the first line.
const { printTrace } = await import('async-trace')

function later() {
  printTrace()
  process.exitCode = 7
}

console.log('arguments', ...process.argv.slice(2))
setTimeout(later, 1)
