import { type ChildProcess, spawn } from 'node:child_process'
import { closingProgram } from './own-program.js'
import type { ProcessFacts } from './process-facts.js'

/**
 * A process that stands by while the inspector of another one is being opened. Should we end before that other process
 * can close its inspector by itself, however we end, this one does it (close-left-open.ts). It waits as a shell, which
 * costs a millisecond; Node.js is started only if it is needed, or if there is no shell.
 */
export class Standby {
  readonly #program: readonly [string, ...string[]]
  #child: ChildProcess | null = null

  constructor({ pid }: ProcessFacts) {
    this.#program = [process.execPath, ...closingProgram(), String(pid)]
  }

  begin(): void {
    if (this.#child !== null) return
    const [node, ...args] = this.#program
    const waiting = start('sh', ['-c', 'read -r done || exec "$@"', 'sh', node, ...args])
    this.#child = waiting.pid === undefined ? start(node, args) : waiting
  }

  /** Nothing is left to be done. */
  dismiss(): void {
    this.#child?.stdin?.end('done\n')
  }

  /** We will end without having closed the inspector: over to it. */
  leaveIt(): void {
    this.#child?.stdin?.end()
  }
}

/** In a session of its own, out of reach of what the terminal sends to us. */
function start(file: string, args: readonly string[]): ChildProcess {
  const { NODE_OPTIONS, ...env } = process.env
  const child = spawn(file, args, {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env,
    windowsHide: true,
  })
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  child.unref()
  return child
}
