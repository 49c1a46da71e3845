import { WAIT_GRAPH_FORMATS, type WaitGraphFormat } from '../format/wait-graph-text.js'
import { RequestRefusal } from './request-refusal.js'

export const TASKS_FORMATS = ['json', 'text', 'table'] as const
export type TasksFormat = (typeof TASKS_FORMATS)[number]

/** What a request asks for. */
export type Route =
  | { readonly kind: 'page' }
  /** What the page asks for: tasks and graph in one, in a form of its own. */
  | { readonly kind: 'snapshot'; readonly format: 'json'; readonly heap: boolean }
  | {
      readonly kind: 'tasks'
      readonly includeStacks: boolean
      readonly format: TasksFormat
      /** Read the heap as well; never unasked: who polls would stop the process again and again. */
      readonly heap: boolean
    }
  /** Figures in the text format of Prometheus. */
  | { readonly kind: 'metrics'; readonly format: 'prometheus' }
  /** The tasks as a profile, as Go's programs have them below `/debug/pprof`. */
  | { readonly kind: 'profile'; readonly format: 'pprof'; readonly heap: boolean }
  | { readonly kind: 'graph'; readonly format: WaitGraphFormat; readonly heap: boolean }

/**
 * @param path below the place where the handler is mounted.
 * @throws {RequestRefusal} for paths that it has not, and for queries that it does not take.
 */
export function routeOf(path: string, query: URLSearchParams): Route {
  switch (path) {
    case '':
    case '/':
      checkNames(query)
      return { kind: 'page' }
    case '/snapshot':
      checkNames(query, 'heap')
      return { kind: 'snapshot', format: 'json', heap: choice(query, 'heap', ['0', '1']) === '1' }
    case '/tasks': {
      checkNames(query, 'stacks', 'format', 'heap')
      const format = choice(query, 'format', TASKS_FORMATS)
      // A person reads whole chains; a program that polls wants little.
      const includeStacks = choice(query, 'stacks', format === 'json' ? ['0', '1'] : ['1', '0']) === '1'
      return { kind: 'tasks', includeStacks, format, heap: choice(query, 'heap', ['0', '1']) === '1' }
    }
    case '/graph': {
      checkNames(query, 'format', 'heap')
      const format = choice(query, 'format', ['json', ...WAIT_GRAPH_FORMATS])
      return { kind: 'graph', format, heap: choice(query, 'heap', ['0', '1']) === '1' }
    }
    case '/metrics':
      checkNames(query)
      return { kind: 'metrics', format: 'prometheus' }
    case '/pprof':
      checkNames(query, 'heap')
      return { kind: 'profile', format: 'pprof', heap: choice(query, 'heap', ['0', '1']) === '1' }
    default:
      throw new RequestRefusal(404, 'NOT_FOUND', 'Not found. The paths are /, /tasks, /graph, /metrics and /pprof.')
  }
}

/** The one value of a parameter; the first of the choices where it is left out. */
function choice<T extends string>(query: URLSearchParams, name: string, choices: readonly [T, ...T[]]): T {
  const given = query.getAll(name)
  const found = choices.find((value) => value === given[0])
  if (given.length === 0) return choices[0]
  if (given.length === 1 && found !== undefined) return found
  const takes = [...new Set<string>(choices)].join(', ')
  const got = given.length > 1 ? `Got it ${given.length} times.` : `Got ${quoted(given[0] ?? '')}.`
  throw new RequestRefusal(400, 'BAD_QUERY', `The parameter "${name}" takes one of ${takes}. ${got}`)
}

function checkNames(query: URLSearchParams, ...known: readonly string[]): void {
  for (const name of query.keys()) {
    if (known.includes(name)) continue
    const has =
      known.length < 2
        ? `It takes ${known[0] ?? 'none'} here.`
        : `There are ${known.slice(0, -1).join(', ')} and ${known.at(-1)}.`
    throw new RequestRefusal(400, 'BAD_QUERY', `There is no parameter ${quoted(name)}. ${has}`)
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
