// Members of Promise.all, allSettled, any and race.
async function part(ms) {
  await new Promise((resolve) => setTimeout(resolve, ms))
}

async function all() {
  await Promise.all([part(900_001), part(900_002)])
}

async function allSettled() {
  await Promise.allSettled([part(900_003), Promise.all([part(900_004), part(900_005)])])
}

async function any() {
  await Promise.any([part(900_006), part(900_007)])
}

async function race() {
  await Promise.race([part(900_008), part(900_009)])
}

globalThis.kept = [all(), allSettled(), any(), race()]
setTimeout(() => console.log('ready'), 20)
