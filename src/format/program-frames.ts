import type { Frame } from '../model/frame.js'
import { isProgramFrame, packageOf } from '../model/package-of.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { printable } from './printable.js'

/** The frames of the program itself; all of them if it has none. */
export function programFrames(stack: readonly Frame[]): readonly Frame[] {
  const own = stack.filter(isProgramFrame)
  return own.length > 0 ? own : stack
}

/**
 * By node id: `place()`, the function of the program that has returned what a task of npm packages alone will settle, as the
 * ways to that task say.
 */
export function returnersIn(graph: WaitGraph): ReadonlyMap<number, string> {
  const isWithout = ({ stack }: WaitNode) => stack.length > 0 && !stack.some(isProgramFrame)
  const ofPackages = new Set(graph.nodes.filter(isWithout).map(({ id }) => id))
  const found = new Map<number, string>()
  for (const { to, via } of graph.edges) {
    const name = ofPackages.has(to) ? RETURNED_BY.exec(via ?? '')?.[1] : undefined
    if (name !== undefined && !found.has(to)) found.set(to, name)
  }
  return found
}

const RETURNED_BY = /(?:^|, )returned by (\S+\(\))/

/** Functions of one npm package that follow on each other. */
export interface PackageFold<F extends Frame> {
  readonly package: string
  readonly frames: readonly F[]
}

const LEAST_FOLDED = 3

/** Runs of functions of one npm package as one; a stack that is all of one package keeps its two ends. */
export function foldPackages<F extends Frame>(stack: readonly F[]): (F | PackageFold<F>)[] {
  const folded: (F | PackageFold<F>)[] = []
  for (let start = 0; start < stack.length; ) {
    const frame = stack[start] as F
    const name = packageOf(frame.filename)
    let end = start + 1
    while (end < stack.length && packageOf(stack[end]?.filename ?? null) === name) end++
    const run = stack.slice(start, end)
    const isWhole = run.length === stack.length
    const inner = isWhole ? run.slice(1, -1) : run
    if (name === null || inner.length < LEAST_FOLDED) folded.push(...run)
    else {
      const fold = { package: name, frames: inner }
      folded.push(...(isWhole ? [frame, fold, run.at(-1) as F] : [fold]))
    }
    start = end
  }
  return folded
}

/** `… 4 functions of fastify` */
export function foldText({ package: name, frames }: PackageFold<Frame>): string {
  return `… ${frames.length} functions of ${printable(name)}`
}

/**
 * Without the callbacks of npm packages that nothing waits for, if something else waits for the same: what a package does
 * beside a call of the program (a time limit, a log line) tells a reader nothing that the call does not.
 */
export function withoutPackageRoots(graph: WaitGraph): WaitGraph {
  const waitedFor = new Set(graph.edges.map(({ to }) => to))
  const deadlocked = new Set(graph.cycles.flat())
  const isRoot = ({ id, kind, stack }: WaitNode) =>
    kind === 'task' && !waitedFor.has(id) && !deadlocked.has(id) && stack.length > 0 && stack.every(isOfPackage)
  const roots = new Set(graph.nodes.filter(isRoot).map(({ id }) => id))
  if (roots.size === 0) return graph
  const keptTargets = new Set(graph.edges.filter(({ from }) => !roots.has(from)).map(({ to }) => to))
  for (const { from, to } of graph.edges) if (!keptTargets.has(to)) roots.delete(from)
  const withTargets = new Set(graph.edges.map(({ from }) => from))
  const isLeftOut = (id: number) => roots.has(id) && withTargets.has(id)
  return {
    ...graph,
    nodes: graph.nodes.filter(({ id }) => !isLeftOut(id)),
    edges: graph.edges.filter(({ from }) => !isLeftOut(from)),
  }
}

function isOfPackage({ filename }: Frame): boolean {
  return packageOf(filename) !== null
}
