/** The worker that reads the heap of the thread that made it: runs `bundled/heap.js`, which the command imports. */
import fs = require('node:fs')
import path = require('node:path')
import vm = require('node:vm')

const filename = path.join(__dirname, '../bundled/heap.js')
const text = fs.readFileSync(filename, 'utf8')
// As compiled-core.ts does with the core.
const body = text.slice(0, text.lastIndexOf('\nexport const {'))
new vm.Script(`(() => { ${body}\nreturn core })()`, { filename }).runInThisContext().answerOtherThread()
