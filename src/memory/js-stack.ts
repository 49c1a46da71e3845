import type { EngineHeap } from './engine-heap.js'
import type { IsolateRoots } from './isolates.js'
import type { Mapping } from './process-memory.js'
import { isPointer } from './words.js'

/** A function of JavaScript that a thread is in the middle of. */
export interface StackFrame {
  readonly fn: number
  /** In the function's script; null for compiled code, which does not keep it. */
  readonly position: number | null
}

/** What a thread is in the middle of. */
export interface JsStack {
  /** Some JavaScript has begun and not returned. */
  readonly isRunning: boolean
  /** Innermost first. Null where it cannot be told: V8 keeps where its frames begin only while it has left JavaScript. */
  readonly frames: readonly StackFrame[] | null
}

/** By the instance type of maps, as in `isolates.ts`: before the roots, in bytes (V8 11.3, 12.4, 13.6, 14.6). */
const PLACES: Readonly<Record<number, { readonly exit: number; readonly entry: number }>> = {
  255: { exit: 112, entry: 80 },
  264: { exit: 320, entry: 168 },
  272: { exit: 312, entry: 160 },
  278: { exit: 352, entry: 200 },
}
const FARTHEST_PLACE = 0x400
/** Below the frame by which C++ entered JavaScript: the frame by which JavaScript had left before (V8 11.3 to 14.6, x64). */
const NEXT_EXIT = 64
/** V8's own limit of a stack is 1 MB, unless somebody raises it. */
const MOST_FRAMES = 100_000
const NOTHING: JsStack = { isRunning: false, frames: [] }
const UNKNOWN: JsStack = { isRunning: true, frames: null }

/** What tells of the functions of a heap. */
export interface Functions {
  readonly engine: EngineHeap
  isFunction(pointer: number): boolean
  /** Where in its script some code is, by the offset that a frame of it keeps; null if it keeps none. */
  positionIn(code: number, offset: number): number | null
}

/**
 * Follows the frame pointers of a thread that has called from JavaScript into C++ code, as one that waits in a system call has.
 * What returned functions have left on the stack is not on that way. Source: V8's frames.h and frame-constants-x64.h.
 *
 * @returns null if that is not known of this V8.
 */
export function jsStackOf(functions: Functions, { roots }: IsolateRoots): JsStack | null {
  const { engine } = functions
  const { words, layout } = engine
  const places = PLACES[layout.types.MAP]
  const kinds = frameKinds(engine)
  if (kinds === null) return null
  if (places === undefined) return foundStack(functions, kinds, roots)
  const entry = words.word(roots - places.entry)
  const exit = words.word(roots - places.exit)
  if (entry === 0) return exit === 0 ? NOTHING : null
  if (!kinds.isEntry(words.word(entry - 8))) return null
  if (exit === 0) return UNKNOWN
  return { isRunning: true, frames: framesBetween(functions, kinds, exit, entry) }
}

/** Of another version of V8: where the frames begin is found, if there are some, by where they lead. */
function foundStack(functions: Functions, kinds: FrameKinds, roots: number): JsStack | null {
  const { words } = functions.engine
  const near: number[] = []
  for (let at = roots - FARTHEST_PLACE; at < roots; at += 8) near.push(words.word(at))
  const entries = near.filter((word) => kinds.isEntry(words.word(word - 8)))
  for (const exit of near.filter((word) => kinds.isExit(words.word(word - 8)))) {
    for (const entry of entries) {
      const frames = framesBetween(functions, kinds, exit, entry)
      if (frames !== null) return { isRunning: true, frames }
    }
  }
  return null
}

interface FrameKinds {
  isEntry(marker: number): boolean
  isExit(marker: number): boolean
}

/** V8 names the kinds of its own frames, whose numbers stand where functions have a context. */
function frameKinds({ layout }: EngineHeap): FrameKinds | null {
  const markersOf = (pattern: RegExp) => new Set(layout.numbersOf(pattern).map((kind) => kind * 2))
  const entries = markersOf(/^frametype_(?:Construct)?EntryFrame$/)
  const exits = markersOf(/^frametype_(?:Builtin|Api\w+)?ExitFrame$/)
  if (entries.size === 0 || exits.size === 0) return null
  return { isEntry: (marker) => entries.has(marker), isExit: (marker) => exits.has(marker) }
}

function framesBetween(functions: Functions, kinds: FrameKinds, exit: number, entry: number): StackFrame[] | null {
  const { words } = functions.engine
  const frames: StackFrame[] = []
  if (!kinds.isExit(words.word(exit - 8))) return null
  for (let at = exit, inner = exit, count = 0; count < MOST_FRAMES; count++) {
    // Of a copy: it may have gone on since.
    if (words.memory.held !== undefined && words.memory.held(at) === null) return null
    const marker = words.word(at - 8)
    if (at === entry) return frames
    let next: number
    if (kinds.isEntry(marker)) {
      next = words.word(at - NEXT_EXIT)
      if (!kinds.isExit(words.word(next - 8))) return null
    } else {
      next = words.word(at)
      if (isPointer(marker)) {
        const frame = frameAt(functions, at, words.word(inner + 8))
        if (frame === null) return null
        frames.push(frame)
      }
    }
    // A stack grows downwards: whoever called stands higher.
    if (!(next > at && next <= entry && next % 8 === 0)) return null
    inner = at
    at = next
  }
  return null
}

/** A frame of a function. Null if it is none. @param pc where its code goes on. */
function frameAt(functions: Functions, at: number, pc: number): StackFrame | null {
  const { words, layout } = functions.engine
  const fn = words.word(at + layout.constant('off_fp_function'))
  if (!functions.isFunction(fn)) return null
  // Compiled code that took over in a loop leaves the frame what it kept before, out of date.
  if (!isInFile(words.memory.mappings, pc)) return { fn, position: null }
  const code = words.word(at + layout.constant('off_fp_bytecode_array'))
  const offset = words.word(at + layout.constant('off_fp_bytecode_offset'))
  return { fn, position: functions.positionIn(code, offset) }
}

/** V8's interpreter is in its file (V8 11.3 to 14.6, which may map it twice); what it compiles is in no file. */
function isInFile(mappings: readonly Mapping[], address: number): boolean {
  return mappings.some(({ start, end, path }) => address >= start && address < end && path !== '')
}
