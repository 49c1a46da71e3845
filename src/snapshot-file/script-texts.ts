import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { assumedFromFile, type RunningScript, textOfFile } from '../engine/running-script.js'
import { fileOfScript } from '../engine/script-file.js'
import { scriptNode, scriptOf } from '../heap/functions.js'
import type { HeapGraph } from '../heap/heap-graph.js'
import { NONE } from '../heap/heap-view.js'

interface KnownScript {
  readonly name: string | null
  readonly source: number
}

/** A string's header, and what its end is rounded up to (Node 20 to 26). */
const MOST_EXTRA_BYTES = 24
const LARGEST_FILE = 32 * 1024 * 1024

/**
 * The texts of the scripts in a snapshot. It has the first 1,024 characters of each; the rest is taken from the script's
 * file if that begins with the same characters and is as long: a file that was changed since tells nothing.
 */
export class ScriptTexts {
  readonly #heap: HeapGraph
  /** By V8's number of the script. */
  readonly #scripts: ReadonlyMap<number, KnownScript>
  readonly #texts = new Map<number, string | null>()
  readonly #running = new Map<number, RunningScript | null>()
  readonly #missing = new Set<string>()

  constructor(heap: HeapGraph) {
    this.#heap = heap
    this.#scripts = scriptsIn(heap)
  }

  /** The scripts of the program whose texts were asked for in vain. */
  get missing(): readonly string[] {
    return [...this.#missing].map(fileOfScript)
  }

  /** Null where the text that ran is not known. */
  readonly textOf = (scriptId: number): string | null => {
    let text = this.#texts.get(scriptId)
    if (text === undefined) {
      const script = this.#scripts.get(scriptId)
      text = script === undefined ? null : (this.#wholeText(script) ?? this.#fileText(script))
      this.#texts.set(scriptId, text)
      const isNodes = script?.name?.startsWith('node:') === true
      if (text === null && !isNodes) this.#missing.add(script?.name ?? 'a script without a file')
    }
    return text
  }

  /** The script, for places in its author's source; null where its file does not hold the text that ran. */
  runningScript(scriptId: number): RunningScript | null {
    let running = this.#running.get(scriptId)
    if (running === undefined) {
      const script = this.#scripts.get(scriptId)
      const hasFile = script !== undefined && this.#fileText(script) !== null
      running = hasFile ? assumedFromFile(script.name ?? '', null) : null
      this.#running.set(scriptId, running)
    }
    return running
  }

  #wholeText({ source }: KnownScript): string | null {
    const text = this.#beginning(source)
    return text !== null && this.#isAsLong(source, text) ? text : null
  }

  #fileText({ name, source }: KnownScript): string | null {
    const beginning = this.#beginning(source)
    const file = name === null ? '' : fileOfScript(name)
    if (beginning === null || !isReadable(file)) return null
    const text = textOfFile(file)
    if (text === null || !text.startsWith(beginning)) return null
    return this.#isAsLong(source, text) ? text : null
  }

  /** V8 keeps a string in one byte a character where it can. */
  #isAsLong(source: number, text: string): boolean {
    const bytes = this.#heap.sizeOf(source)
    return [text.length, 2 * text.length].some((length) => length <= bytes && bytes <= length + MOST_EXTRA_BYTES)
  }

  /** Null for a string that V8 keeps as parts of others: a snapshot has no text of it. */
  #beginning(source: number): string | null {
    return source !== NONE && this.#heap.typeOf(source) === 'string' ? this.#heap.nameOf(source) : null
  }
}

function scriptsIn(heap: HeapGraph): Map<number, KnownScript> {
  const scripts = new Map<number, KnownScript>()
  for (const { node } of heap.nodesWith('shared')) {
    const scriptId = heap.locationOf(node)?.scriptId
    if (scriptId === undefined || scripts.has(scriptId)) continue
    const script = scriptNode(heap, node)
    if (script !== NONE) scripts.set(scriptId, { name: scriptOf(heap, node), source: heap.child(script, 'source') })
  }
  return scripts
}

/** The snapshot may name anything: also a device that never ends. */
function isReadable(file: string): boolean {
  if (!isAbsolute(file)) return false
  const facts = statSync(file, { throwIfNoEntry: false })
  return facts?.isFile() === true && facts.size <= LARGEST_FILE
}
