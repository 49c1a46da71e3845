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

async function stuck() {
  await new Promise((resolve) => setTimeout(resolve, 900_000))
}

stuck()
await job()

/*
stuck()
│  stuck() full-loop.mjs:18
└─ setTimeout 900000 ms, N ms remaining

<module>
│  <module> full-loop.mjs:22
│  job() full-loop.mjs:3
└─ step() is running, or about to
*/
