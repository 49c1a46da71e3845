/** A process with suspended functions and a heap of a wanted size of small objects; busy if wanted. */
const [functionsText, megabytesText, busyText] = process.argv.slice(2)

async function query(id) {
  await new Promise((resolve) => setTimeout(resolve, 900_000 + (id % 7)))
}

async function handle(id) {
  await query(id)
}

const kept = []
while (process.memoryUsage().heapUsed < Number(megabytesText) * 1e6) {
  for (let i = 0; i < 10_000; i++) kept.push({ id: i, name: `name ${i}`, tags: [i, i + 1], next: kept.at(-1) })
}
for (let id = 0; id < Number(functionsText) / 2; id++) handle(id)
process.send?.('ready')
console.log('ready', process.memoryUsage().heapUsed / 1e6)
if (busyText === 'busy') {
  let turns = 0
  const turn = () => {
    turns++
    const endsAt = performance.now() + 5
    while (performance.now() < endsAt) Math.sqrt(turns)
    setImmediate(turn)
  }
  setImmediate(turn)
}
globalThis.kept = kept
