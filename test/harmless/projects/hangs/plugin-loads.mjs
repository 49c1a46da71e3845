// A plugin of Vite loads, while it transforms a module, the one that imports it, whose transformation loads this one.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { hangs } from './hangs.mjs'

const root = mkdtempSync(join(tmpdir(), 'async-trace-test-vite-'))
writeFileSync(join(root, 'index.html'), '<script type=module src=/a.js></script>')
writeFileSync(join(root, 'a.js'), 'import "./b.js"')
writeFileSync(join(root, 'b.js'), 'import "./a.js"')
let begun = 0
const both = {
  name: 'both',
  async transform(_, id) {
    if (!/[\\/][ab]\.js$/.test(id)) return null
    if (++begun === 2) setTimeout(hangs, 200)
    await this.load({ id: id.replace(/[ab](?=\.js$)/, (name) => (name === 'a' ? 'b' : 'a')) })
    return null
  },
}
await build({ root, logLevel: 'silent', plugins: [both], build: { write: false } })

/* memory:
6 tasks pending.

Waiting for:
  2 × transform() plugin-loads.mjs:18: unresolved promise; its resolve() was not found
  <module> plugin-loads.mjs:22: unresolved promise; its resolve() was not found
  handler() node.js:17727: unresolved promise; its resolve() was not found
*/

/* records:
8 tasks pending.

Waiting for:
  2 × transform() plugin-loads.mjs:18: unresolved promise; its resolve() was not found
  <module> plugin-loads.mjs:22: unresolved promise; its resolve() was not found
  handler() node.js:17727: unresolved promise; its resolve() was not found
*/
