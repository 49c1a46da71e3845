// Callbacks of native operations come from the program's line that began them.
import { execFile } from 'node:child_process'
import { pbkdf2, randomBytes } from 'node:crypto'
import { lookup } from 'node:dns'
import { readFile, stat } from 'node:fs'
import { gzip } from 'node:zlib'
import { trace } from './trace.mjs'

function main() {
  readFile(new URL(import.meta.url), () => { // a1 main [CALLBACK], b2 main [CALLBACK]
    trace('a') // a0 <anonymous>
    stat('.', () => trace('b')) // b0 <anonymous>, b1 <anonymous> [CALLBACK]
  })
  randomBytes(8, () => trace('c')) // c0 <anonymous>, c1 main [CALLBACK]
  pbkdf2('a', 'b', 1, 8, 'sha1', async () => { // d1 main [CALLBACK]
    await null
    trace('d') // d0 <anonymous>
  })
  lookup('localhost', () => trace('e')) // e0 <anonymous>, e1 main [CALLBACK]
  gzip('text', () => trace('f')) // f0 <anonymous>, f1 main [CALLBACK]
  execFile('true', () => trace('g')) // g0 <anonymous>, g1 main [CALLBACK]
}

main() // a2 <module>, b3 <module>, c2 <module>, d2 <module>, e2 <module>, f2 <module>, g2 <module>
