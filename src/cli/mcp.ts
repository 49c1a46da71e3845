import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { standaloneVersion } from '../attach/own-program.js'
import { UsageError } from './arguments.js'
import { EXIT } from './exit-codes.js'

export const help = `async-trace mcp

Starts a Model Context Protocol server on stdin and stdout. Coding agents can list Node.js processes and find out what one of them is
waiting for. Requires the package @modelcontextprotocol/sdk.

  claude mcp add async-trace -- npx async-trace mcp`

/** What a tool may be given. */
interface Given {
  readonly target?: string | number
  readonly filter?: string
  readonly limit?: number
}

interface Tool {
  readonly description: string
  readonly properties: Readonly<Record<string, object>>
  /** What is given stands behind `--`, or behind a `=`: it cannot be an option. */
  readonly args: (given: Given) => readonly string[]
}

const TARGET = {
  target: {
    type: ['integer', 'string'],
    description: 'A PID, or the path of a core file (gcore) or heap snapshot (.heapsnapshot)',
  },
}
const MOST_LINES = 200

const TOOLS: Readonly<Record<string, Tool>> = {
  list_processes: {
    description: 'Lists the running Node.js processes that can be asked: PID, age, idle or busy, command line.',
    properties: {},
    args: () => [],
  },
  explain: {
    description:
      'Says why a Node.js process or hanging test does not go on: what is stuck, what would wake it, what holds it, and the lines to look at. Ask this first. The process is not changed.',
    properties: TARGET,
    args: ({ target }) => ['tree', '--explain', '--', String(target)],
  },
  tree: {
    description:
      'Shows what every suspended async function waits for, as a tree with files and lines: deadlocks, exhausted pools and unanswered HTTP requests first.',
    properties: {
      ...TARGET,
      filter: { type: 'string', description: 'Only what has this text in a function, file or label' },
      limit: { type: 'integer', minimum: 1, description: `No more lines than that; ${MOST_LINES} if left out` },
    },
    args: ({ target, filter, limit = MOST_LINES }) => {
      const filtered = filter === undefined ? [] : [`--filter=${filter}`]
      return ['tree', `--limit=${limit}`, ...filtered, '--', String(target)]
    },
  },
  leaks: {
    description:
      'Lists suspended functions that will never continue, and connections or locks that nothing can give back, by line.',
    properties: TARGET,
    args: ({ target }) => ['leaks', '--', String(target)],
  },
}

export async function mcp(args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new UsageError(`mcp does not take ${args[0]}`)
  const { Server, StdioServerTransport, CallToolRequestSchema, ListToolsRequestSchema } = await sdk()
  const server = new Server({ name: 'async-trace', version: '1' }, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.entries(TOOLS).map(([name, { description, properties }]) => ({
      name,
      description,
      inputSchema: { type: 'object' as const, properties, required: Object.keys(properties).filter(isNeeded) },
      annotations: { readOnlyHint: true },
    })),
  }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const tool = Object.hasOwn(TOOLS, params.name) ? TOOLS[params.name] : undefined
    if (tool === undefined)
      return failure(`There is no tool ${params.name}. There are ${Object.keys(TOOLS).join(', ')}.`)
    const given: Given = params.arguments ?? {}
    const missing = Object.keys(tool.properties).find(
      (name) => isNeeded(name) && given[name as keyof Given] === undefined,
    )
    return missing === undefined
      ? ask(tool.args(given), signal)
      : failure(`${params.name} needs the argument ${missing}.`)
  })
  const ended = new Promise<void>((resolve) => {
    server.onclose = resolve
  })
  // The transport does not look for the end of its input.
  process.stdin.on('end', () => void server.close())
  await server.connect(new StdioServerTransport())
  await ended
  return EXIT.ok
}

function isNeeded(name: string): boolean {
  return name === 'target'
}

async function sdk() {
  try {
    const [{ Server }, { StdioServerTransport }, { CallToolRequestSchema, ListToolsRequestSchema }] = await Promise.all(
      [
        import('@modelcontextprotocol/sdk/server/index.js'),
        import('@modelcontextprotocol/sdk/server/stdio.js'),
        import('@modelcontextprotocol/sdk/types.js'),
      ],
    )
    return { Server, StdioServerTransport, CallToolRequestSchema, ListToolsRequestSchema }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError('mcp needs the Model Context Protocol SDK: npm install @modelcontextprotocol/sdk')
  }
}

/** As the protocol has it. */
type ToolAnswer = {
  content: { type: 'text'; text: string }[]
  isError?: true
}

/** A process for each question: it ends with it, whatever happens to the process that it asks. */
function ask(args: readonly string[], signal: AbortSignal): Promise<ToolAnswer> {
  const url = standaloneVersion === null ? new URL('./async-trace.js', import.meta.url) : import.meta.url
  const command = fileURLToPath(url)
  const options = { signal, maxBuffer: 64 << 20, env: { ...process.env, NO_COLOR: '1' } }
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], options, (error, stdout, stderr) => {
      const text = [stdout, stderr].map((part) => part.trimEnd()).filter((part) => part !== '')
      resolve(error === null ? said(text.join('\n\n')) : failure(text.join('\n\n') || error.message))
    })
  })
}

function said(text: string): ToolAnswer {
  return { content: [{ type: 'text', text }] }
}

function failure(text: string): ToolAnswer {
  return { ...said(text), isError: true }
}
