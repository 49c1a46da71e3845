/** Benchmarks run in processes of their own and answer by message. */
import { fork } from 'node:child_process'
import { once } from 'node:events'

/** @param program a file of this folder. */
export function startProcess(program, programArguments, execArgv = []) {
  // Settings of the caller's shell must not trace the bare process, nor untrace the traced one.
  const { NODE_OPTIONS: _, ASYNC_TRACE: __, ...env } = process.env
  return fork(new URL(program, import.meta.url), programArguments, { execArgv, env })
}

/** @returns the next message of a process. */
export async function answerOf(child) {
  const answered = new AbortController()
  try {
    return await Promise.race([
      once(child, 'message', answered).then(([message]) => message),
      once(child, 'exit', answered).then(([code, signal]) => {
        throw new Error(`A benchmark's process ended early (${signal ?? `exit code ${code}`}); its error is above.`)
      }),
    ])
  } finally {
    answered.abort()
  }
}
