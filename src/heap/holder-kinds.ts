import { classOf } from './class-of.js'
import { eventOfListener } from './event-target.js'
import { scriptOf } from './functions.js'
import { type HeapEdge, type HeapView, NONE } from './heap-view.js'
import type { ListenedEvent } from './holder.js'
import type { NodeClasses } from './node-classes.js'
import { type ClimbStep, stepsBelow } from './retainer-climb.js'
import type { Asking, Retainers } from './retainers.js'

/** A client owns its connection, which owns the socket. */
const MAX_OWNED_DEPTH = 4
const MAX_OWNED = 1_000

/** Node's classes whose objects the event loop calls (Node 20 to 26). */
const OPERATIONS =
  /^(FSReqCallback|FSReqPromise|FileHandle|\w*ReqWrap|(?!Module)\w+(?:Wrap|Job)|FSEvent|FSWatcher|StatWatcher|MessagePort|Worker|ClientRequest|Zlib|ChildProcess|Socket|TLSSocket|Server|Http2Session|ServerHttp2Session|ClientHttp2Session)$/
/** Of Node's own objects, what tells for what the promise waits (Node 20 to 26). */
const TELLING =
  /^(Interface|DefaultReadRequest|ReadIntoRequest|ReadableStreamAsyncIteratorReadRequest|InternalWritableStream|WritableStream(?:State|DefaultWriter|DefaultController)?)$/
/** An identifier with few digits: an object of a class can be used as a dictionary as well. */
const FIELD = /^#?[A-Za-z_$](?:[A-Za-z_$]|\d(?!\w*\d\w*\d\w*\d))*$/
const LONGEST_FIELD = 40
/** The engine's own. */
const PLAIN = /^(Object|Array|Map|Set|Function|Promise|Generator|Arguments|String|)$/

/** What the objects are that a search comes by. */
export class HolderKinds {
  readonly #heap: HeapView
  readonly #retainers: Retainers
  readonly #classes: NodeClasses
  readonly #handles: ReadonlyMap<number, number>

  /** @param handles the active ones. */
  constructor(heap: HeapView, retainers: Retainers, classes: NodeClasses, handles: ReadonlyMap<number, number>) {
    this.#heap = heap
    this.#retainers = retainers
    this.#classes = classes
    this.#handles = handles
  }

  kindOf(node: number): 'handle' | 'operation' | null {
    if (this.#handles.has(node)) return 'handle'
    if (this.#heap.typeOf(node) !== 'object') return null
    const name = this.#classes.classOf(node)
    return name !== null && (name === 'Immediate' || OPERATIONS.test(name)) ? 'operation' : null
  }

  /** Whether what it calls is known (`SettlingTimerSearch`), or it has run already. */
  isTimer(node: number): boolean {
    return this.#heap.typeOf(node) === 'object' && this.#classes.classOf(node) === 'Timeout'
  }

  /** An emitter, or a listener of an `EventTarget`, that has just been reached by way of its events. */
  *eventAt(step: ClimbStep): Asking<ListenedEvent | null> {
    if (this.#heap.typeOf(step.node) !== 'object') return null
    if (step.edge?.name === '_events' && step.edge.type === 'property') {
      const event = step.below?.edge?.name ?? ''
      const isStreamEnd = this.#isThroughStreamEnd(step)
      return { kind: 'event', node: step.node, event: shownEvent(event), isStreamEnd }
    }
    if (this.#classes.classOf(step.node) !== 'Listener') return null
    const heard = yield* eventOfListener(this.#heap, this.#retainers, step.node)
    return heard === null ? null : { kind: 'event', node: heard.target, event: heard.event, isStreamEnd: false }
  }

  isAbort({ node, event }: ListenedEvent): boolean {
    return event === 'abort' && this.#classes.classOf(node) === 'AbortSignal'
  }

  /** Of two events, one of which settles a promise: whether one is the end of a child process, the other data of a stream. */
  isLikelier({ node, event }: ListenedEvent, than: ListenedEvent): boolean {
    return than.event === 'data' && event !== 'data' && this.#classes.classOf(node) === 'ChildProcess'
  }

  /** `fetch` listens for the cancellation of each request, which can only reject its promise. */
  isByFetch(step: ClimbStep): boolean {
    return this.#isThrough(step, /^node:internal\/deps\/undici\/undici$/)
  }

  /** `stream.finished()` and `pipeline()` listen to several events by functions of their own. */
  #isThroughStreamEnd(step: ClimbStep): boolean {
    return this.#isThrough(step, /^node:internal\/streams\/(?:end-of-stream|pipeline)$/)
  }

  #isThrough(top: ClimbStep, script: RegExp): boolean {
    return [...stepsBelow(top)].some(
      ({ node }) => this.#heap.typeOf(node) === 'closure' && script.test(scriptOf(this.#heap, node) ?? ''),
    )
  }

  /**
   * From one of Node's objects down to the promise. Null if the way leads through a list or map whose owner does not
   * own that object: a pool reaches its queue of waiting calls from each of its sockets, and none of these brings what
   * they wait for. An object that keeps resolvers in a list of its own may have another socket now than when they were put
   * there.
   */
  wayDown(top: ClimbStep): { through: number | null; listedIn: string | null } | null {
    let through: number | null = null
    let listedIn: string | null = null
    let owner = NONE
    let isListed = false
    for (const step of [...stepsBelow(top)].reverse()) {
      isListed ||= step.edge !== null && this.#isEntry(step.edge)
      if (!this.#isNamedObject(step.node) || this.#classes.isNodes(step.node)) continue
      if (through === null && isListed && !this.#isContainer(step.node)) listedIn = this.pathBelow(step)
      through ??= step.node
      if (isListed && owner === NONE && !this.#isContainer(step.node)) owner = step.node
    }
    return owner === NONE || this.#owns(owner, top.node) ? { through, listedIn } : null
  }

  /** An object of a class that is itself a list: the one thing that it holds, besides `undefined` and texts, is an array. */
  #isContainer(node: number): boolean {
    const held = this.#heap.edges(node).filter(({ type, name }) => type === 'property' && name !== '__proto__')
    const things = held.filter((edge) => /^(?:object|closure)$/.test(this.#heap.typeOf(edge.node)))
    return things.every((edge) => this.#heap.nameOf(edge.node) === 'Array')
  }

  /** Whether an edge leads from a list, map or set to one of its entries. */
  #isEntry({ type, name }: HeapEdge): boolean {
    return type === 'element' || (type === 'internal' && /^\d+$/.test(name))
  }

  /** Whether a few properties, each of one object, lead from an owner to another object. */
  #owns(owner: number, owned: number): boolean {
    let level = [owner]
    const seen = new Set(level)
    for (let depth = 0; depth < MAX_OWNED_DEPTH && seen.size < MAX_OWNED; depth++) {
      const next: number[] = []
      for (const node of level) {
        for (const { node: held, type, name } of this.#heap.edges(node)) {
          if (held === owned) return true
          if (type !== 'property' || name === '__proto__' || seen.has(held)) continue
          if (this.#heap.typeOf(held) !== 'object' || /^(?:Array|Map|Set)$/.test(this.#heap.nameOf(held))) continue
          seen.add(held)
          next.push(held)
        }
      }
      level = next
    }
    return false
  }

  /** An object of a class of the program's own, or one of Node's that tells what it is for. */
  isTelling({ node }: ClimbStep): boolean {
    if (!this.#isNamedObject(node)) return false
    return !this.#classes.isNodes(node) || TELLING.test(this.#classes.classOf(node) ?? '')
  }

  #isNamedObject(node: number): boolean {
    if (this.#heap.typeOf(node) !== 'object') return false
    const name = classOf(this.#heap.nameOf(node))
    return !name.startsWith('system /') && !PLAIN.test(name)
  }

  /**
   * `.queue`: the properties that lead from a holder down, two of them at most; not the place in a list, which
   * changes. Keys of plain objects are values of the program's, and may be secrets.
   */
  pathBelow(holder: ClimbStep): string {
    const parts: string[] = []
    for (let step: ClimbStep | null = holder; step !== null && parts.length < 2; step = step.below) {
      if (step.edge?.type !== 'property') continue
      const name = String(step.edge.name)
      const isNamed = this.#isNamedObject(step.node) && !this.#classes.isNodes(step.node)
      parts.push(isNamed && isShown(name) ? `.${name}` : '[…]')
    }
    return parts.join('')
  }
}

/** Whether a name is one that the author wrote: keys of dictionaries are values of the program's, and may be secrets. */
export function isShown(name: string): boolean {
  return name.length <= LONGEST_FIELD && FIELD.test(name)
}

/** `completed:…` of `completed:4711`; null for a name that may be a value of the program's as a whole. */
function shownEvent(name: string): string | null {
  if (isShown(name)) return name
  const kind = name.slice(0, Math.max(0, name.indexOf(':')))
  return isShown(kind) ? `${kind}:…` : null
}
