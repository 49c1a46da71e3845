import type { KeptAlive } from '../model/kept-alive.js'
import { isProgramFrame } from '../model/package-of.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { counted, timesText } from './counted-text.js'
import { waitersIn } from './findings.js'
import { frameText, type Paths } from './frame-text.js'
import { grouped } from './grouped.js'
import { keptAliveText } from './kept-alive-text.js'
import { printable } from './printable.js'
import { cutList, summaryLines, waitPlace } from './summary-text.js'
import { labelOfAll, varyingLabel } from './varying-label.js'

/**
 * The conclusions alone, for a person or a program that reads: what is stuck, what would wake it, who has it, and the
 * lines to look at.
 */
export function explanationText(
  graph: WaitGraph,
  keptAlive: readonly KeptAlive[],
  paths: Paths,
  conclusions: WaitGraph = graph,
): string {
  const tasks = graph.nodes.filter(({ kind }) => kind === 'task')
  const parts = [
    tasks.length === 0 ? ['No async function is suspended.'] : [`${counted(tasks.length, 'task')} pending.`],
    summaryLines(conclusions, paths),
    waitLines(graph, paths),
    graph.incomplete === undefined ? [] : [printable(graph.incomplete)],
    keptAliveText(keptAlive, paths)?.split('\n') ?? [],
  ]
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

/**
 * What tasks wait for that is no conclusion by itself, and where: the program's own waits first, as a package's are often in the
 * background; then most first.
 */
function waitLines(graph: WaitGraph, paths: Paths): string[] {
  const waitersOf = waitersIn(graph)
  const places = new Map(graph.nodes.map(({ id }, i) => [id, i]))
  const waits = graph.nodes
    .filter(({ leaf }) => leaf !== null && (leaf.never ?? leaf.trouble ?? leaf.use) === undefined)
    .flatMap((leaf) => waitersOf(leaf.id).map((waiter) => ({ leaf, waiter })))
    .map((wait) => ({ ...wait, order: places.get(wait.waiter.id) ?? 0, key: leafKey(wait.leaf) }))
    // What a function waits for has no order of its own.
    .sort((a, b) => a.order - b.order || a.key.localeCompare(b.key))
  const groups = grouped(waits, ({ key, waiter }) => `${waitPlace(waiter, paths)}\n${key}`)
  const isOfPackage = (alike: Waits) => Number(!alike[0].waiter.stack.some(isProgramFrame))
  const compare = ([nameA, a]: [string, Waits], [nameB, b]: [string, Waits]) => {
    const inPackages = isOfPackage(a)
    // Background work has begun in any order.
    const byName = inPackages === 1 ? nameA.localeCompare(nameB) : 0
    return inPackages - isOfPackage(b) || b.length - a.length || byName
  }
  const lines = [...groups].sort(compare).map(([, alike]) => {
    const [{ leaf, waiter }] = alike
    return `  ${timesText(alike.length)}${waitPlace(waiter, paths)}: ${leafText(
      alike.map((each) => each.leaf),
      leaf,
      paths,
    )}`
  })
  return lines.length === 0 ? [] : ['Waiting for:', ...cutList(lines, 'place', MOST_WAITS)]
}

interface Wait {
  readonly leaf: WaitNode
  readonly waiter: WaitNode
}

/** At one place, for one thing. */
type Waits = readonly [Wait, ...Wait[]]

const MOST_WAITS = 20

function leafKey({ kind, label, leaf }: WaitNode): string {
  const made = leaf?.createdAt ?? null
  return `${varyingLabel(kind, label, () => '…')}\n${made === null ? '' : frameText(made, 'absolute')}`
}

function leafText(leaves: readonly WaitNode[], { kind, leaf }: WaitNode, paths: Paths): string {
  const labels = leaves.map(({ label }) => label)
  const remainingMs = leaves.flatMap((each) => each.leaf?.remainingMs ?? [])
  const made = leaf?.createdAt == null ? '' : `, made by ${frameText(leaf.createdAt, paths)}`
  return `${printable(labelOfAll(kind, labels, remainingMs))}${made}`
}
