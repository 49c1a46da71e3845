import { writeFileSync } from 'node:fs'
import type { ProcessCapture } from '../attach/attach.js'
import { waitGraphPage } from '../format/wait-graph-page.js'
import { waitGraphText } from '../format/wait-graph-text.js'
import { readArguments, UsageError } from './arguments.js'
import { captured, pathsFor } from './captured.js'
import { EXIT } from './exit-codes.js'

export const help = `async-trace graph PID --format dot|mermaid|json|html [-o FILE] [options]

The wait graph for other tools. html is one page that needs nothing else: open it in a browser.

  async-trace graph 4711 --format html -o stuck.html
  async-trace graph 4711 --format dot | dot -Tsvg > stuck.svg`

const FORMATS = ['dot', 'mermaid', 'json', 'html', 'tree', 'table'] as const
type Format = (typeof FORMATS)[number]

export async function graph(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args, ['format', 'output'])
  const format = wanted.json ? 'json' : wanted.format
  if (!isFormat(format)) throw new UsageError(`--format must be one of ${FORMATS.join(', ')}`)
  const text = textOf(await captured(wanted), format)
  if (wanted.output === null) console.log(text)
  // It shows what the program does: for its owner's eyes.
  else writeFileSync(wanted.output, `${text}\n`, { mode: 0o600 })
  return EXIT.ok
}

function isFormat(text: string | null): text is Format {
  return FORMATS.some((format) => format === text)
}

function textOf(capture: ProcessCapture, format: Format): string {
  const { graph, dump, pid } = capture
  if (format !== 'html') return waitGraphText(graph, format, pathsFor(capture))
  return waitGraphPage({ title: `async-trace: process ${pid}`, snapshot: { takenAtMs: dump.takenAtMs, graph, dump } })
}
