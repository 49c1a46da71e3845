// Prints the path of creation as the program's own places, innermost first, with the boundaries between them.
import { basename } from 'node:path'
import { collectAsyncTrace } from 'async-trace'

export function trace(what, program, path = collectAsyncTrace()) {
  const { frames } = path
  const own = frames.filter(({ filename }) => filename !== null && basename(filename) === basename(program))
  const root = frames.at(-1)?.task?.name
  console.log([what, ...own.map(({ name, line }) => `  ${name}:${line}`), `  ${root}`].join('\n'))
}
