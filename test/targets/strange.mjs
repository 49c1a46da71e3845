// A program that makes itself hard to ask, as its first argument says.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'

const forever = () => new Promise((resolve) => setTimeout(resolve, 900_000))
const { stdout } = process

async function waits() {
  await forever()
}
waits()

const [way, detail] = process.argv.slice(2)
if (way === 'title') process.title = JSON.parse(detail)
else if (way === 'no-process') globalThis.process = undefined
else if (way === 'other-promise') globalThis.Promise = class Other {}
else if (way === 'fake-timers') createRequire(import.meta.url)('@sinonjs/fake-timers').install()
else if (way === 'native') {
  // Its main thread does not come to its event loop before it is told to.
  stdout.write('ready\n')
  spawnSync('cat', { stdio: ['inherit', 'ignore', 'ignore'] })
  stdout.write('free\n')
}
stdout.write('ready\n')
