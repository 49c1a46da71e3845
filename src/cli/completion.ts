import { optionNames, UsageError } from './arguments.js'
import { EXIT } from './exit-codes.js'

export const help = `async-trace completion bash|zsh|fish

Prints a script with which the shell completes commands, options, PIDs of Node.js processes, and file names.

  async-trace completion bash >> ~/.bashrc
  async-trace completion zsh > "\${fpath[1]}/_async-trace"
  async-trace completion fish > ~/.config/fish/completions/async-trace.fish`

/** What stands behind `async-trace`, in the order of its help. */
const COMMANDS: Readonly<Record<string, string>> = {
  tree: 'what waits for what',
  ps: 'a table of pending tasks',
  graph: 'the wait graph as DOT, Mermaid, JSON, pprof or a page',
  leaks: 'functions that will never continue',
  watch: 'live in the terminal',
  mcp: 'a Model Context Protocol server',
  run: 'run a program with async-trace recording',
  completion: 'completion for a shell',
}

/** By what the shell already knows: asking each process takes longer than a person waits for a key. */
const PIDS = `ps -A -o pid= -o args= 2>/dev/null | awk '$2 ~ /(^|\\/)node$/ { print $1 }'`

const SCRIPTS: Readonly<Record<string, (commands: string, options: string) => string>> = {
  bash: (commands, options) => `_async_trace() {
  local word=\${COMP_WORDS[COMP_CWORD]}
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W '${commands}' -- "$word"))
  elif [ "\${word#-}" != "$word" ]; then COMPREPLY=($(compgen -W '${options}' -- "$word"))
  elif [ "\${COMP_WORDS[1]}" = completion ]; then COMPREPLY=($(compgen -W 'bash zsh fish' -- "$word"))
  else COMPREPLY=($(compgen -W "$(${PIDS})" -- "$word") $(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _async_trace async-trace`,
  zsh: (_commands, options) => `#compdef async-trace
local -a commands pids
commands=(${Object.entries(COMMANDS)
    .map(([name, what]) => `'${name}:${what}'`)
    .join(' ')})
if (( CURRENT == 2 )); then _describe command commands
elif [[ $PREFIX == -* ]]; then compadd -- ${options}
elif [[ $words[2] == completion ]]; then compadd -- bash zsh fish
else
  pids=(\${(f)"$(${PIDS})"})
  compadd -a pids
  _files
fi`,
  fish: (commands, options) =>
    [
      `set -l commands ${commands}`,
      'complete -c async-trace -n "not __fish_seen_subcommand_from $commands" -f',
      ...Object.entries(COMMANDS).map(
        ([name, what]) =>
          `complete -c async-trace -n "not __fish_seen_subcommand_from $commands" -a ${name} -d '${what}'`,
      ),
      ...options
        .split(' ')
        .map((option) => `complete -c async-trace -n "__fish_seen_subcommand_from $commands" -l ${option.slice(2)}`),
      `complete -c async-trace -n "__fish_seen_subcommand_from tree ps graph leaks watch" -a "(${PIDS.replaceAll('$', '\\$')})"`,
      `complete -c async-trace -n "__fish_seen_subcommand_from completion" -f -a "bash zsh fish"`,
    ].join('\n'),
}

export async function completion(args: readonly string[]): Promise<number> {
  const [shell = '', ...more] = args
  const script = Object.hasOwn(SCRIPTS, shell) && more.length === 0 ? SCRIPTS[shell] : undefined
  if (script === undefined) throw new UsageError('completion takes the name of a shell: bash, zsh or fish')
  console.log(script(Object.keys(COMMANDS).join(' '), optionNames().join(' ')))
  return EXIT.ok
}
