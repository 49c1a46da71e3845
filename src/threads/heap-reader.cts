/**
 * The worker that reads the heap of the thread that made it: runs `bundled/heap.js`, which the command imports. In another thread that
 * loads this, it only exports what that has.
 */
import fs = require('node:fs')
import path = require('node:path')
import vm = require('node:vm')
import workerThreads = require('node:worker_threads')

interface Core {
  answerOtherThread(): void
  nativeStackText(pid: number | 'self'): string | null
}

const filename = path.join(__dirname, '../bundled/heap.js')
const text = fs.readFileSync(filename, 'utf8')
// As compiled-core.ts does with the core.
const body = text.slice(0, text.lastIndexOf('\nexport const {'))
const core = new vm.Script(`(() => { ${body}\nreturn core })()`, { filename }).runInThisContext() as Core
if ('question' in workerThreads.workerData) core.answerOtherThread()

export = core
