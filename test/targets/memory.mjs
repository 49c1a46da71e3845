// Answers each line with what memory it takes after a full collection.
async function waits(i) {
  await new Promise((resolve) => setTimeout(resolve, 900_000 + i))
}

globalThis.kept = Array.from({ length: 200 }, (_, i) => waits(i))
process.stdin.on('data', async () => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { heapUsed, rss } = process.memoryUsage()
  console.log(JSON.stringify({ heapUsed, rss, handles: process._getActiveHandles().length }))
})
console.log('ready')
