// Functions that await a promise which nothing refers to any more, beside some that will go on.
async function loses() {
  try {
    await new Promise(() => {})
  } finally {
    console.log('never')
  }
}

async function inner() {
  await new Promise(() => {})
}

async function kept() {
  await new Promise((resolve) => {
    globalThis.resolve = resolve
  })
}

async function sleeps() {
  await new Promise((resolve) => setTimeout(resolve, 900_000))
}

for (let i = 0; i < 3; i++) loses()
inner()
kept()
sleeps()
setTimeout(() => console.log('ready'), 50)
