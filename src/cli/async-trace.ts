#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { CLOSE_LEFT_OPEN, standaloneVersion } from '../attach/own-program.js'
import { Refusal } from '../attach/refusal.js'
import { printableLines } from '../format/printable.js'
import { nearestName } from '../model/nearest-name.js'
import { commandFirst, didYouMean, isOption, UsageError, unknownOption } from './arguments.js'
import { EXIT, exitCodeOf } from './exit-codes.js'

const HELP = `async-trace: what a Node.js process is waiting for, also one that nobody prepared

  async-trace               the Node.js processes that you may ask
  async-trace tree PID      what waits for what, as a tree, deadlocks first
  async-trace ps PID        a table of pending tasks
  async-trace graph PID     the wait graph as DOT, Mermaid, JSON or a page: --format html -o FILE
  async-trace leaks PID     functions that will never continue, and parts of pools that nobody can give back
  async-trace watch PID     live in the terminal, sorted by age, grouped by stack
  async-trace mcp           a Model Context Protocol server, for agents that debug
  async-trace run app.js    runs a program with async-trace recording from its first line
  async-trace completion SHELL  completion for bash, zsh or fish

tree and ps take several PIDs, or --all without one. tree, ps, graph and leaks also take a core file or a heap snapshot:
async-trace tree core.4711

Options
  --json             the answer as JSON
  --all              a line for each task, also where many are alike
  --explain          of tree: the conclusions alone, for a person or a program to read
  --limit LINES      of tree and ps: no more lines than that
  --threads          worker threads too
  --filter TEXT      only what has TEXT in its functions, files or labels, and what it waits for
  --timeout SECONDS  how long the process may take for an answer (30)
  --force            also where reading the heap pauses the process long
  --inject           load async-trace into the process: it records from now on
  --heap             read the heap also where async-trace records in the process
  --via memory       reads the memory of the process instead of opening its inspector
  --pause SECONDS    how long a busy process may be stopped to read its memory (1); --no-pause
  --verbose          says how the process was asked, and why
  --inspect HOST:PORT  instead of a PID: over an inspector that is open, on any machine and platform
  --exe FILE         of a core file: the executable that wrote it
  --color, --no-color
  --help             of a command: async-trace tree --help
  --version

Exit codes
  0 done   1 trouble   2 wrong usage   3 refused   4 refused without --force   5 the process went away or is silent`

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
    throw new UsageError(`options of run go behind it: async-trace run ${args.join(' ')}`)
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
