// With `--import`: the program's `import 'async-trace'` gives functions that do nothing, so that nothing is recorded.
import { register } from 'node:module'

const source = ['captureCallStack', 'captureWaitGraph', 'getTasks', 'addToAwaitedBy', 'discardFromAwaitedBy']
  .map((name) => `export function ${name}() {}`)
  .join('\n')
const nothing = `data:text/javascript,${encodeURIComponent(source)}`
const resolve = `export async function resolve(name, context, next) {
  return name === 'async-trace' ? { url: ${JSON.stringify(nothing)}, shortCircuit: true } : next(name, context)
}`
register(`data:text/javascript,${encodeURIComponent(resolve)}`)
