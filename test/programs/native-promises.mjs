// Native operations as promises: the awaiting function goes on.
import { execFile } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { trace } from './trace.mjs'

async function main() {
  await readFile(new URL(import.meta.url))
  trace('a') // a0 main
  const zipped = await promisify(gzip)('text')
  trace('b') // b0 main
  gunzip(zipped, () => trace('c')) // c0 <anonymous>, c1 main [CALLBACK]
  await promisify(execFile)('true')
  trace('d') // d0 main
  const file = await open(new URL(import.meta.url))
  let lines = 0
  for await (const line of file.readLines()) if (line && lines++ === 2) trace('e') // e0 main
  await readFile('/no/such/file').catch(() => trace('f')) // f0 <anonymous>, f1 main [THEN]
  await fetch('data:,x').then((response) => response.text())
  trace('g') // g0 main
  await import('node:os')
  trace('h') // h0 main
}

await main() // a1 <module>, b1 <module>, c2 <module>, d1 <module>, e1 <module>, f2 <module>, g1 <module>, h1 <module>
