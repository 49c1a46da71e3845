import type { Frame } from './frame.js'

const PACKAGE = /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/](?!.*[\\/]node_modules[\\/])/

/** The npm package that a file belongs to, by its path; null for the program's own files and for Node.js. */
export function packageOf(filename: string | null): string | null {
  return (filename === null ? null : PACKAGE.exec(filename)?.[1]?.replace('\\', '/')) ?? null
}

/** Whether a script is of the program or a package of it, by V8's name: not of Node.js, V8 or the tracer. */
export function isScriptOfProgram(script: string): boolean {
  return script !== '' && !script.startsWith('node:') && script !== 'async-trace'
}

/** Whether a function is of the program itself, not of an npm package or of Node.js. */
export function isProgramFrame({ filename }: Frame): boolean {
  return filename !== null && !filename.startsWith('node:') && packageOf(filename) === null
}
