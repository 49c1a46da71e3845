import { extname } from 'node:path'
import type { ProcessCapture } from '../attach/attach.js'
import { waitGraphPage } from '../format/wait-graph-page.js'
import { waitGraphText } from '../format/wait-graph-text.js'
import { type Arguments, readArguments, UsageError } from './arguments.js'
import { answer, captured, hintOf, nothingLeft, nothingText, pathsFor } from './captured.js'
import { EXIT } from './exit-codes.js'
import { checkOutput, writePrivately } from './output-file.js'
import { note } from './progress.js'

export const help = `async-trace graph PID|FILE [--format dot|mermaid|json|html|tree|table|pprof] [-o FILE] [options]

Writes the wait graph for other tools. html is a self-contained page to open in a browser. pprof is a profile of pending tasks
by stack, for go tool pprof, speedscope, Pyroscope and Parca. The default format follows from the extension of FILE
(.dot .gv .mmd .json .html .txt .pb.gz), or is dot.

  async-trace graph 4711 -o stuck.html
  async-trace graph 4711 | dot -Tsvg > stuck.svg
  async-trace graph 4711 -o tasks.pb.gz && go tool pprof -top tasks.pb.gz`

const FORMATS = ['dot', 'mermaid', 'json', 'html', 'tree', 'table', 'pprof'] as const
type Format = (typeof FORMATS)[number]

const FORMAT_OF_ENDING: Readonly<Record<string, Format>> = {
  '.dot': 'dot',
  '.gv': 'dot',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
  '.json': 'json',
  '.html': 'html',
  '.htm': 'html',
  '.txt': 'tree',
  '.gz': 'pprof',
  '.pb': 'pprof',
}

export async function graph(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args, ['format', 'output'])
  const format = formatOf(wanted)
  if (wanted.output !== null) checkOutput(wanted.output)
  const capture = await captured(wanted)
  const nothing = nothingLeft(capture, wanted.filter)
  if (format === 'pprof') return writeProfile(capture, wanted, nothing)
  const isRead = format === 'tree' || format === 'table'
  const text = nothing !== null && isRead ? nothingText(nothing, capture) : textOf(capture, format, wanted.all)
  if (wanted.output === null) answer(text, capture)
  else {
    writePrivately(wanted.output, `${text}\n`)
    hintOf(capture)
  }
  if (nothing !== null && (!isRead || wanted.output !== null)) note(nothing)
  return EXIT.ok
}

async function writeProfile(capture: ProcessCapture, { output }: Arguments, nothing: string | null): Promise<number> {
  const { taskProfile } = await import('../format/task-profile.js')
  const profile = taskProfile(capture.dump)
  if (output !== null) writePrivately(output, profile)
  else if (process.stdout.isTTY) throw new UsageError('a profile is binary: give a file name, -o tasks.pb.gz')
  else process.stdout.write(profile)
  hintOf(capture)
  if (nothing !== null) note(nothing)
  return EXIT.ok
}

function formatOf({ json, format, output }: Arguments): Format {
  if (json) return 'json'
  if (format === null) {
    const ending = output === null ? '' : extname(output).toLowerCase()
    const known = FORMAT_OF_ENDING[ending]
    if (known === undefined && ending !== '') {
      throw new UsageError(`what is a ${ending} file? Say --format ${FORMATS.join('|')}`)
    }
    return known ?? 'dot'
  }
  if (!isFormat(format)) throw new UsageError(`--format must be one of ${FORMATS.join(', ')}`)
  return format
}

function isFormat(text: string): text is Format {
  return FORMATS.some((format) => format === text)
}

function textOf(capture: ProcessCapture, format: Exclude<Format, 'pprof'>, all: boolean): string {
  const { graph, dump, pid, command } = capture
  if (format !== 'html') return waitGraphText(graph, format, pathsFor(capture), { threads: dump.threads, all })
  return waitGraphPage({
    title: `async-trace: ${Number.isNaN(pid) ? command : `process ${pid}`}`,
    snapshot: { takenAtMs: dump.takenAtMs, graph, dump },
  })
}
