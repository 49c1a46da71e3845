// An event loop that does not turn, in a function that others await.
async function job() {
  await step()
}

async function step() {
  await null
  console.log('ready')
  spin()
}

function spin() {
  const end = Date.now() + 120_000
  while (Date.now() < end);
}

await job()
