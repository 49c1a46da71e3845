import type { ProcessCapture } from '../attach/attach.js'
import { busyThreadsText } from '../format/busy-threads-text.js'
import { explanationText } from '../format/explanation-text.js'
import { keptAliveText } from '../format/kept-alive-text.js'
import { printable } from '../format/printable.js'
import { waitGraphText } from '../format/wait-graph-text.js'
import type { Arguments } from './arguments.js'
import { cutLines, nothingLeft, nothingText, pathsFor } from './captured.js'
import { coloredTree } from './colors.js'
import { idleText } from './idle-text.js'
import { type Answer, answerEach } from './several.js'
import { fitting } from './terminal-columns.js'

export const help = `async-trace tree PID…|FILE [options]

Shows what waits for what as a tree, deadlocks first.

  async-trace tree 4711
  async-trace tree 4711 4712                 several processes, parents before children
  async-trace tree --all                     all Node.js processes that you can inspect
  async-trace tree 4711 --filter checkout    only tasks that mention checkout
  async-trace tree 4711 --explain            only the conclusions: what is stuck, and in which lines
  async-trace tree 4711 --limit 40           at most 40 lines
  async-trace tree 4711 --json               the wait graph as JSON
  async-trace tree 4711 --via memory         read its memory instead of asking the process
  async-trace tree --inspect 127.0.0.1:9229  through an open inspector, on any machine and platform
  async-trace tree core.4711                 from a core file
  async-trace tree heap.heapsnapshot         from a heap snapshot file`

export async function tree(args: readonly string[]): Promise<number> {
  return answerEach(args, ['explain', 'limit'], treeAnswer)
}

function treeAnswer(capture: ProcessCapture, wanted: Arguments): Answer {
  const nothing = nothingLeft(capture, wanted.filter)
  if (wanted.json) return { text: jsonOf(capture), note: nothing }
  const busy = busyThreadsText(capture.dump, pathsFor(capture), typeof wanted.target === 'string')
  const isOnlyBusy = busy !== '' && capture.graph.nodes.length === 0
  const text = nothing !== null ? nothingText(nothing, capture) : isOnlyBusy ? '' : textOf(capture, wanted)
  const head = fitting(`${titleText(capture, wanted)}${busy}`)
  const shown = wanted.color ? coloredTree(fitting(text)) : fitting(text)
  return { text: cutLines(`${head}${shown}`.trimEnd(), wanted.limit), note: null }
}

/** For a person: which process this is, and which Node.js it runs. Several have headings. */
function titleText({ pid, command, nodeVersion }: ProcessCapture, { target, others, verbose }: Arguments): string {
  const isWanted = process.stdout.isTTY === true || verbose
  if (!isWanted || typeof target === 'string' || others.length > 0) return ''
  const version = nodeVersion === null ? '' : ` (Node.js ${nodeVersion})`
  return `Process ${pid}${version}: ${printable(command)}\n\n`
}

/** The wait graph, with what keeps the process alive. */
function jsonOf({ graph, keptAlive }: ProcessCapture): string {
  return waitGraphText({ ...graph, ...(keptAlive.length > 0 && { keptAlive }) }, 'json')
}

function textOf(capture: ProcessCapture, { all, explain }: Arguments): string {
  const { graph, conclusions = graph, dump, keptAlive } = capture
  if (explain) return explanationText(graph, keptAlive, pathsFor(capture), conclusions)
  // The busy ones are told of by themselves.
  const quiet = dump.threads.filter(({ state }) => state === 'answered')
  if (graph.nodes.length === 0 && keptAlive.length > 0 && quiet.length === 1) return idleText(capture)
  const alive = keptAliveText(keptAlive, pathsFor(capture))
  const waits = waitGraphText(graph, 'tree', pathsFor(capture), { threads: quiet, all, conclusions })
  return alive === null ? waits : `${waits.trimEnd()}\n\n${alive}`
}
