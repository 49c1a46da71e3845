import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { standaloneVersion } from '../attach/own-program.js'
import { UsageError } from './arguments.js'

export const help = `async-trace run [node options] app.js [arguments]

Runs a program and records from its first line, like node --import async-trace/register app.js.

  async-trace run server.js --port 8080`

/** What makes Node.js do something without a program's name. */
const NEEDS_NO_PROGRAM =
  /^-$|^-[hiv]$|^--(eval=|print=|run=|test$|test-|interactive$|version$|help$|v8-options$|completion-bash$)/

/** Runs Node.js with the recorder loaded first, and ends as it ends. */
export async function run(args: readonly string[]): Promise<number> {
  if (args.every((arg) => arg.startsWith('-') && !NEEDS_NO_PROGRAM.test(arg))) {
    throw new UsageError('which program? Give its file: async-trace run app.js')
  }
  if (standaloneVersion !== null)
    throw new UsageError('run needs the whole package, and this is only the command: npm install async-trace')
  const register = new URL('../register.js', import.meta.url).href
  const child = spawn(process.execPath, ['--import', register, ...args], { stdio: 'inherit' })
  // A terminal sends these to both: the program decides what becomes of them.
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.on(signal, () => {
      if (!hasTerminal) child.kill(signal)
    })
  }
  for (const signal of passedOn()) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (signal !== null) endBy(signal)
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}

function passedOn(): Set<NodeJS.Signals> {
  const chosen = process.env['ASYNC_TRACE_SIGNAL'] ?? ''
  const signals = new Set<NodeJS.Signals>(['SIGTERM', 'SIGHUP', 'SIGUSR2'])
  const cannotBe = ['SIGINT', 'SIGQUIT', 'SIGKILL', 'SIGSTOP', 'SIGCHLD']
  if (Object.hasOwn(constants.signals, chosen) && !cannotBe.includes(chosen)) signals.add(chosen as NodeJS.Signals)
  return signals
}

/** As the program ended: supervisors look for the signal that they sent. It comes back if that one ends nothing here. */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}
