// Other formats: as V8 prints stacks (editors make those lines clickable), other paths, or your own.
import { basename } from 'node:path'
import { collectAsyncTrace, formatAsyncTrace, printTrace } from 'async-trace'

async function query() {
  await null
  printTrace({ paths: 'basename' })
  console.log()
  const trace = collectAsyncTrace()
  console.log(formatAsyncTrace(trace, { style: 'stack' }).replaceAll(process.cwd(), '…'))
  console.log()
  const words = trace.frames.map(({ name, filename, line }) =>
    filename ? `${name} ${basename(filename)}:${line}` : name,
  )
  console.log(words.reverse().join(' > '))
}

function onTimer() {
  return query()
}

setTimeout(onTimer, 1)

/* prints:
↑ query() at line 7 [custom-format.mjs]
  ↑ onTimer() at line 19 [custom-format.mjs] [ASYNC]
    ↑ <module> at line 22 [custom-format.mjs] [TIMEOUT]
      ↑ Task-1

    at query (…/examples/custom-format.mjs:9:17)
    -- async Task-2 --
    at onTimer (…/examples/custom-format.mjs:19:10)
    -- timeout Task-3 --
    at <module> (…/examples/custom-format.mjs:22:1)
    -- Task-1 --

Task-1 > <module> custom-format.mjs:22 > onTimer custom-format.mjs:19 > query custom-format.mjs:9
*/
