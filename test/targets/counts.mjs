// Goes on working: answers each line with how often its timer has run, and tells what it sees of us.
let turns = 0
setInterval(() => turns++, 5)
const { exit } = process
process.exit = (code) => exit(code)

async function waits() {
  await new Promise((resolve) => setTimeout(resolve, 900_000))
}

globalThis.kept = waits()
process.stdin.on('data', () => {
  const errors = [Error.stackTraceLimit, typeof Error.prepareStackTrace].join(' ')
  console.log(`turns ${turns} globals ${Object.keys(globalThis).join(' ')} errors ${errors}`)
})
console.log('ready')
