#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { CLOSE_LEFT_OPEN, standaloneVersion } from '../attach/own-program.js'
import { Refusal } from '../attach/refusal.js'
import { printableLines } from '../format/printable.js'
import { nearestName } from '../model/nearest-name.js'
import { commandFirst, didYouMean, isOption, UsageError, unknownOption } from './arguments.js'
import { EXIT, exitCodeOf } from './exit-codes.js'

const HELP = `async-trace: shows what a running Node.js process is waiting for, without any preparation

Commands
  async-trace               list the Node.js processes that you can inspect
  async-trace tree PID      show what waits for what, deadlocks first
  async-trace ps PID        show a table of pending tasks
  async-trace graph PID     write the wait graph as DOT, Mermaid, JSON or a web page (--format html -o FILE)
  async-trace leaks PID     show functions that will never continue, and leaked parts of pools
  async-trace watch PID     show pending tasks live in the terminal
  async-trace run app.js    run a program and record from its first line
  async-trace mcp           start a Model Context Protocol server for coding agents
  async-trace completion SHELL  print a completion script for bash, zsh or fish

tree and ps accept several PIDs, or --all instead of a PID. tree, ps, graph and leaks also accept a core file or a heap
snapshot: async-trace tree core.4711

Output
  --explain          tree: print only the conclusions
  --filter TEXT      show only tasks with TEXT in a function, file or label, and what they wait for
  --limit LINES      tree, ps: print at most this many lines
  --all              print every task and frame instead of grouping identical ones
  --threads          include worker threads
  --json             print JSON
  --color, --no-color
  --verbose          explain on stderr how the process was inspected

How to inspect
  --via memory|inspector  read the memory of the process, or ask its inspector (default: memory if that is enough)
  --inspect HOST:PORT     use an inspector that is already open instead of a PID, on any machine and platform
  --timeout SECONDS       how long to wait for an answer (default 30)
  --pause SECONDS         how long a busy process may be stopped while its memory is read (default 1)
  --no-pause              never stop the process
  --heap                  read the heap even if async-trace records in the process
  --force                 read the heap even if that pauses the process for long
  --inject                load async-trace into the process, to record from now on
  --exe FILE              for a core file: the executable that wrote it

  --help             help for a command: async-trace tree --help
  --version

Exit codes
  0 success   1 unexpected error   2 usage error   3 refused   4 refused without --force   5 process gone or no answer`

type Command = (args: readonly string[]) => Promise<number>
type Manifest = { readonly version: string }
type Module = { readonly help: string; readonly start: Command }

const COMMANDS: Readonly<Record<string, () => Promise<Module>>> = {
  tree: async () => import('./tree.js').then(({ help, tree }) => ({ help, start: tree })),
  ps: async () => import('./ps.js').then(({ help, ps }) => ({ help, start: ps })),
  graph: async () => import('./graph-command.js').then(({ help, graph }) => ({ help, start: graph })),
  watch: async () => import('./watch.js').then(({ help, watch }) => ({ help, start: watch })),
  leaks: async () => import('./leaks.js').then(({ help, leaks }) => ({ help, start: leaks })),
  mcp: async () => import('./mcp.js').then(({ help, mcp }) => ({ help, start: mcp })),
  run: async () => import('./run.js').then(({ help, run }) => ({ help, start: run })),
  completion: async () => import('./completion.js').then(({ help, completion }) => ({ help, start: completion })),
}

async function main(given: readonly string[]): Promise<number> {
  if (given[0] === CLOSE_LEFT_OPEN) {
    await import('../attach/close-left-open.js')
    return EXIT.ok
  }
  const [name, ...args] = commandFirst(given)
  if (name === undefined) return (await import('./list.js')).list()
  if (name === 'help' || name === '--help' || name === '-h') {
    console.log(HELP)
    return EXIT.ok
  }
  if (name === 'version' || name === '--version' || name === '-v') {
    console.log(ownVersion())
    return EXIT.ok
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (load === undefined) throw new UsageError(noCommand(name, args))
  if (name === 'run' && given[0] !== name) {
    throw new UsageError(`options of run come after it: async-trace run ${args.join(' ')}`)
  }
  const command = await load()
  const asksForHelp = name === 'run' ? args[0] === '--help' : args.some((arg) => arg === '--help' || arg === '-h')
  if (asksForHelp) {
    console.log(command.help)
    return EXIT.ok
  }
  return command.start(args)
}

function noCommand(name: string, args: readonly string[]): string {
  if (name.startsWith('--') && !isOption(name)) return unknownOption(name)
  if (name.startsWith('-')) return 'which command? For example async-trace tree PID'
  if (/^\d+$/.test(name)) {
    return `which command? For what process ${name} waits for: async-trace ${['tree', ...args, name].join(' ')}`
  }
  return `there is no command ${name}${didYouMean(nearestName(name, Object.keys(COMMANDS)))}`
}

function ownVersion(): string {
  if (standaloneVersion !== null) return standaloneVersion
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest
  return version
}

/** One clear line, and how to go on. */
function report(error: unknown): number {
  if (error instanceof Refusal) {
    say(error.message)
    return exitCodeOf(error.reason)
  }
  if (error instanceof UsageError) {
    say(`${error.message}${error.message.endsWith('?') ? '' : ';'} see async-trace --help`)
    return EXIT.usage
  }
  say(error instanceof Error ? error.message : String(error))
  return EXIT.failed
}

function say(text: string): void {
  process.stderr.write(`async-trace: ${printableLines(text)}\n`)
}

// `async-trace tree PID | head` is no trouble.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed),
)
process.exitCode = await main(process.argv.slice(2)).catch(report)
