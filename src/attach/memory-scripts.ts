import { createHash } from 'node:crypto'
import { type RunningScript, runningFromDebugger } from '../engine/running-script.js'
import { fileOfScript } from '../engine/script-file.js'
import { placeInSource } from '../engine/source-maps.js'
import { codeNameOf } from '../heap/method-names.js'
import type { MemoryHeap } from '../memory/memory-heap.js'
import type { Place } from '../memory/scripts.js'
import type { Frame } from '../model/frame.js'

/** So much is read from a place on. */
const MOST_TEXT = 4_000

/** The scripts of a heap with the texts that run, for places in the author's source. */
export class MemoryScripts {
  readonly #heap: MemoryHeap
  readonly #running = new Map<number, RunningScript>()
  /** By what the closures of a function share, and the position. */
  readonly #frames = new Map<number, Map<number | null, Frame>>()

  constructor(heap: MemoryHeap) {
    this.#heap = heap
  }

  /** By V8's number of the script, which here is an address. */
  readonly textOf = (script: number): string | null => this.#heap.scripts.script(script).text

  /** Where a function begins. */
  definitionOf(fn: number): Frame {
    const start = this.#heap.scripts.startOf(fn)
    return this.frameAt(fn, start)
  }

  /** @param position in the function's script; null where that is not known. */
  frameAt(fn: number, position: number | null): Frame {
    const shared = this.#heap.scripts.sharedOf(fn)
    let frames = this.#frames.get(shared)
    if (frames === undefined) {
      frames = new Map()
      this.#frames.set(shared, frames)
    }
    let frame = frames.get(position)
    if (frame === undefined) {
      frame = this.#readFrame(fn, position)
      frames.set(position, frame)
    }
    return frame
  }

  #readFrame(fn: number, position: number | null): Frame {
    const name = codeNameOf(this.#heap, fn, (script) => this.#runningOf(script))
    const script = this.#heap.scripts.scriptOf(fn)
    if (script === null) return { name, filename: null, line: null, column: null }
    const place = position === null ? null : this.#heap.scripts.placeAt(script, position)
    if (place === null) {
      const filename = fileOfScript(this.#heap.scripts.script(script).name)
      return { name, filename: filename === '' ? null : filename, line: null, column: null }
    }
    const { file, line, column } = placeInSource(this.#runningOf(script), place.line, place.column)
    return { name, filename: file, line, column }
  }

  /** Whether a function has a `for await` before a position: the await of such a loop has no entry of its own in V8's tables. */
  isBehindForAwait(fn: number, position: number): boolean {
    const script = this.#heap.scripts.scriptOf(fn)
    const start = this.#heap.scripts.startOf(fn)
    const text = script === null ? null : this.textOf(script)
    return text !== null && start !== null && FOR_AWAIT.test(text.slice(start, position + 1))
  }

  /** The text that runs, from a position in a function's script on; null where it is not known. */
  textAt(fn: number, position: number): string | null {
    const script = this.#heap.scripts.scriptOf(fn)
    return script === null ? null : (this.textOf(script)?.slice(position, position + MOST_TEXT) ?? null)
  }

  placeOf(fn: number, position: number): Place | null {
    const script = this.#heap.scripts.scriptOf(fn)
    return script === null ? null : this.#heap.scripts.placeAt(script, position)
  }

  #runningOf(script: number): RunningScript {
    let running = this.#running.get(script)
    if (running === undefined) {
      const { name, text, sourceMapUrl, startLine, startColumn } = this.#heap.scripts.script(script)
      const hash = createHash('sha256')
        .update(text ?? '')
        .digest('hex')
      const parsed = { scriptId: String(script), url: name, hash, startLine, startColumn }
      running = runningFromDebugger(
        name,
        sourceMapUrl === null ? parsed : { ...parsed, sourceMapURL: sourceMapUrl },
        text,
      )
      this.#running.set(script, running)
    }
    return running
  }
}

const FOR_AWAIT = /\bfor\s+await\b/
