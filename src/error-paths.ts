import { traceText } from './format/trace-text.js'
import { countFault } from './record/faults.js'
import type { Origin } from './record/origin.js'
import { creationPathOf } from './walk/creation-path.js'

let isShown = false

/** @param on whether errors of pools' jobs end with the path that submitted the job. */
export function showErrorPaths(on: boolean): void {
  isShown = on
}

/**
 * @param error what a job failed with, before the program has it.
 * @param origin where the job was submitted; null where that is not known.
 */
export function addErrorPath(error: unknown, origin: Origin | null): void {
  if (!isShown || origin === null || !(error instanceof Error)) return
  try {
    const { stack } = error
    const before = Object.getOwnPropertyDescriptor(error, 'stack')
    if (typeof stack !== 'string' || before?.configurable === false) return
    const path = traceText(creationPathOf(origin), { style: 'stack', paths: 'absolute' })
    const value = `${stack}\n${path}`
    Object.defineProperty(error, 'stack', { value, configurable: true, writable: true, enumerable: false })
  } catch (fault) {
    countFault(fault)
  }
}
