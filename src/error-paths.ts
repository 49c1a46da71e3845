import { sitesOfText } from './engine/call-sites.js'
import { withOriginalBuiltins } from './engine/original-builtins.js'
import { traceText } from './format/trace-text.js'
import { countFault } from './record/faults.js'
import type { Origin } from './record/origin.js'
import { creationPathOf } from './walk/creation-path.js'
import { isPoolSite } from './walk/pool-frames.js'

let isShown = false

/** @param on whether errors of pools' jobs end with the path that submitted the job. */
export function showErrorPaths(on: boolean): void {
  isShown = on
}

export function areErrorPathsShown(): boolean {
  return isShown
}

/**
 * @param error what a job failed with, before the program has it.
 * @param origin where the job was submitted; null where that is not known.
 */
export function addErrorPath(error: unknown, origin: Origin | null): void {
  if (error instanceof Error) addPath(error, origin)
}

/** @param failure the same; also what is no error yet: the pool makes one of it, with its stack. */
export function addFailurePath(failure: object, origin: Origin | null): void {
  addPath(failure, origin)
}

function addPath(error: { stack?: unknown }, origin: Origin | null): void {
  if (!isShown || origin === null) return
  try {
    const { stack } = error
    const before = Object.getOwnPropertyDescriptor(error, 'stack')
    if (typeof stack !== 'string' || before?.configurable === false) return
    const value = withOriginalBuiltins(() => {
      const path = traceText(creationPathOf(origin), { style: 'stack', paths: 'absolute' })
      return `${withoutPool(stack)}\n${path}`
    })
    const enumerable = before?.enumerable === true
    Object.defineProperty(error, 'stack', { value, configurable: true, writable: true, enumerable })
  } catch (fault) {
    countFault(fault)
  }
}

const FRAME = /^ {4}at /

/** The pool's own frames below the job say nothing of the program, unless there are no others. */
function withoutPool(stack: string): string {
  const lines = stack.split('\n')
  const last = lines.findLastIndex((line) => !isOfPool(line))
  return FRAME.test(lines[last] ?? '') ? lines.slice(0, last + 1).join('\n') : stack
}

function isOfPool(line: string): boolean {
  const site = FRAME.test(line) ? sitesOfText(line)[0] : undefined
  return site !== undefined && (site.isInternal || isPoolSite(site))
}
