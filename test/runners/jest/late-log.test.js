const { existsSync, rmSync } = require('node:fs')

function watch(file, onSeen) {
  const timer = setInterval(function look() {
    if (!existsSync(file)) return
    clearInterval(timer)
    onSeen()
    rmSync(file)
  }, 20)
}

it('leaves a function that logs', () => {
  watch(process.env.LATE_LOG, function report() {
    console.log('late')
  })
})
