// What keeps a process alive, and how it ends.
import 'async-trace'

process.on('beforeExit', (code) => console.log('beforeExit', code))
process.on('exit', (code) => console.log('exit', code))
process.on('warning', (warning) => console.log('warning', warning.name, warning.message))
console.log(process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length)
const timer = setTimeout(() => console.log('never'), 60_000)
console.log(timer.unref().hasRef())
setInterval(function () {
  console.log('once')
  clearInterval(this)
}, 1)
