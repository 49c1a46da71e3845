// Modules that wait for each other's import() are a deadlock; who awaits an import() waits for that module.
import { writeSync } from 'node:fs'

async function loads() {
  await import('./modules/imports-waits.mjs')
}

globalThis.kept = loads()
import('./modules/ring-a.mjs')
setTimeout(() => writeSync(1, 'ready\n'), 200)
setInterval(() => {}, 100_000)

/*
1 deadlock:
  1. <module> modules/ring-a.mjs:1 → <module> modules/ring-b.mjs:1 → import() → <module>

<module> #2 [deadlock 1]
│  <module> modules/ring-a.mjs:1
└─ import(): <module> [deadlock 1]
   │  <module> modules/ring-b.mjs:1
   └─ import() [deadlock 1] → import(): #2 (deadlock)

loads()
│  loads() imports.mjs:5
└─ import(): <module>
   │  <module> modules/waits.mjs:1
   └─ setTimeout 900000 ms, N ms remaining

The process is kept alive by:
  setInterval 100000 ms, N ms remaining, calls <anonymous> imports.mjs:11
  setTimeout 900000 ms, N ms remaining
*/
