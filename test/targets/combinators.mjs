// Members of Promise.all, allSettled, any and race.
async function part(ms) {
  await new Promise((resolve) => setTimeout(resolve, ms))
}

async function other(ms) {
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
  await Promise.race([part(900_008), other(900_009)])
}

globalThis.kept = [all(), allSettled(), any(), race()]
setTimeout(() => console.log('ready'), 20)

/*
all()
│  all() combinators.mjs:11
├─ Promise.all (index 0): part()
│  │  part() combinators.mjs:3
│  └─ setTimeout 900001 ms, N ms remaining
└─ Promise.all (index 1): part()
   │  part() combinators.mjs:3
   └─ setTimeout 900002 ms, N ms remaining

allSettled()
│  allSettled() combinators.mjs:15
├─ Promise.allSettled (index 0): part()
│  │  part() combinators.mjs:3
│  └─ setTimeout 900003 ms, N ms remaining
├─ Promise.allSettled (index 1), Promise.all (index 0): part()
│  │  part() combinators.mjs:3
│  └─ setTimeout 900004 ms, N ms remaining
└─ Promise.allSettled (index 1), Promise.all (index 1): part()
   │  part() combinators.mjs:3
   └─ setTimeout 900005 ms, N ms remaining

any()
│  any() combinators.mjs:19
├─ Promise.any (index 0): part()
│  │  part() combinators.mjs:3
│  └─ setTimeout 900006 ms, N ms remaining
└─ Promise.any (index 1): part()
   │  part() combinators.mjs:3
   └─ setTimeout 900007 ms, N ms remaining

race()
│  race() combinators.mjs:23
├─ Promise.race: part()
│  │  part() combinators.mjs:3
│  └─ setTimeout 900008 ms, N ms remaining
└─ Promise.race: other()
   │  other() combinators.mjs:7
   └─ setTimeout 900009 ms, N ms remaining

The process is kept alive by:
  setTimeout 900001 ms, N ms remaining
  setTimeout 900002 ms, N ms remaining
  setTimeout 900003 ms, N ms remaining
  setTimeout 900004 ms, N ms remaining
  setTimeout 900005 ms, N ms remaining
  setTimeout 900006 ms, N ms remaining
  setTimeout 900007 ms, N ms remaining
  setTimeout 900008 ms, N ms remaining
  setTimeout 900009 ms, N ms remaining
*/
