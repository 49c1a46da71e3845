// Twenty thousand functions that wait.
async function one(i) {
  await new Promise((resolve) => setTimeout(resolve, 900_000 + i))
}

globalThis.kept = []
for (let i = 0; i < 20_000; i++) globalThis.kept.push(one(i))
setTimeout(() => console.log('ready'), 20)
