import { readScripts, readTexts, urlsOf } from '../engine/debugger-reading.js'
import type { FunctionPlace } from '../engine/inspected-places.js'
import {
  type ParsedScript,
  type RunningScript,
  runningFromDebugger,
  runningFromFile,
} from '../engine/running-script.js'
import { placeInSource } from '../engine/source-maps.js'
import { nameByCode } from '../heap/method-names.js'
import type { Frame } from '../model/frame.js'
import type { Target } from './target.js'

/** So much is read from a place on. */
const MOST_LINES = 100
const MOST_TEXT = 4_000

/**
 * The scripts of a target's thread with the text that V8 runs there, which a loader (tsx, ts-node, a test runner) may have
 * made from what the file holds.
 */
export class TargetScripts {
  readonly #parsed: ReadonlyMap<number, ParsedScript>
  readonly #running = new Map<number, RunningScript>()

  private constructor(parsed: ReadonlyMap<number, ParsedScript>) {
    this.#parsed = parsed
  }

  static async of(target: Target): Promise<TargetScripts> {
    return new TargetScripts(await target.read(readScripts()))
  }

  /** By V8's number of the script. */
  get urls(): ReadonlyMap<number, string> {
    return urlsOf(this.#parsed)
  }

  /** V8's number of the script with a text; undefined where there is none. @param hash V8's hash of the text. */
  idOf(hash: string): number | undefined {
    for (const [id, script] of this.#parsed) if (script.hash === hash) return id
    return undefined
  }

  /** Reads what `frameAt` will need of some scripts. @param wanted V8's numbers of them. */
  async read(target: Target, wanted: ReadonlySet<number>): Promise<void> {
    const open: [number, ParsedScript][] = []
    for (const id of wanted) {
      const parsed = this.#parsed.get(id)
      if (parsed === undefined || parsed.url === '' || this.#running.has(id)) continue
      const fromFile = runningFromFile(parsed.url, parsed.hash)
      if (fromFile !== null) this.#running.set(id, fromFile)
      else open.push([id, parsed])
    }
    if (open.length === 0) return
    const ids = open.map(([id]) => id)
    const texts = await target.read(readTexts(ids))
    for (const [id, parsed] of open) {
      this.#running.set(id, runningFromDebugger(parsed.url, parsed, texts.get(id)?.text ?? null))
    }
  }

  /** A script that was read, by V8's number of it; null for another one. */
  readonly runningScript = (scriptId: number): RunningScript | null => this.#running.get(scriptId) ?? null

  /** The text that runs, from a place on, of a script that was read; null where it is not known. */
  textFrom(scriptId: number, line: number, column: number): string | null {
    const running = this.#running.get(scriptId)
    const lines = running?.lines?.slice(line - 1 - running.startLine, line - running.startLine + MOST_LINES)
    const [first] = lines ?? []
    if (running === undefined || lines === undefined || first === undefined) return null
    const start = line - running.startLine === 1 ? column - running.startColumn : column
    return [first.slice(start - 1), ...lines.slice(1)].join('\n').slice(0, MOST_TEXT)
  }

  /** Where a function of a script that was read begins, in the author's source; null where the script is not known. */
  definitionAt({ name, scriptId, line, column }: FunctionPlace): Frame | null {
    const named = nameByCode(name, this.runningScript(scriptId), { line, column })
    return this.frameAt(named, scriptId, line, column)
  }

  /** A place of a script that was read, in the author's source; null where the script is not known. */
  frameAt(name: string, scriptId: number | undefined, line: number, column: number): Frame | null {
    const running = scriptId === undefined ? undefined : this.#running.get(scriptId)
    if (running === undefined) return null
    const { file, ...place } = placeInSource(running, line, column)
    return { name, filename: file, ...place }
  }
}
