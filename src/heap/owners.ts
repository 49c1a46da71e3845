import { packageOf } from '../model/package-of.js'
import { classOf } from './class-of.js'
import { isUsers, scriptOf } from './functions.js'
import { type HeapEdge, type HeapView, NONE } from './heap-view.js'
import type { KnownClients } from './known-clients.js'
import type { NodeClasses } from './node-classes.js'
import { scriptOfClass } from './prototypes.js'
import type { Asking, Retainers } from './retainers.js'

/** What has a socket or the like. */
export interface FoundOwner {
  readonly className: string
  /** The npm package that defines its class; null for a class of the program. */
  readonly package: string | null
  /** The variable that it is kept in, and a function of the program that uses that; null if it was not found. */
  readonly variable: { readonly name: string; readonly fn: number } | null
}

/** A pool has a list of clients, each with a connection, which has the socket. */
const MOST_LEVELS = 10
const MOST_OBJECTS = 200

/** Finds out whose a socket or the like is, by the properties and lists that lead to it. */
export class Owners {
  readonly #heap: HeapView
  readonly #retainers: Retainers
  readonly #classes: NodeClasses
  readonly #clients: KnownClients

  constructor(heap: HeapView, retainers: Retainers, classes: NodeClasses, clients: KnownClients) {
    this.#heap = heap
    this.#retainers = retainers
    this.#classes = classes
    this.#clients = clients
  }

  /** For each object: what the program keeps in a variable and leads to it; else the outermost object of one package that does. */
  of(nodes: readonly number[]): (FoundOwner | null)[] {
    return this.#retainers.answerAll(nodes.map((node) => this.#ownerOf(node)))
  }

  *#ownerOf(start: number): Asking<FoundOwner | null> {
    let outermost: Named | null = null
    const seen = new Set([start])
    let level: readonly Owned[] = [{ node: start, owner: null }]
    for (let depth = 0; depth < MOST_LEVELS && level.length > 0 && seen.size < MOST_OBJECTS; depth++) {
      const next: Owned[] = []
      for (const { node, owner } of level) {
        for (const edge of yield* this.#retainers.of(node, () => level.map((each) => each.node))) {
          if (seen.has(edge.node)) continue
          seen.add(edge.node)
          if (edge.type === 'context') {
            const fn = owner === null ? NONE : yield* this.#functionIn(edge.node)
            if (owner !== null && fn !== NONE) return { ...owner.found, variable: { name: edge.name, fn } }
          } else if (this.#isOwning(edge) && (node === start || !this.#has(node, edge.node))) {
            const named: Named | null = this.#named(edge.node) ?? owner
            if (named !== null && (outermost === null || this.#isAround(named, owner, outermost))) outermost = named
            next.push({ node: edge.node, owner: named })
          }
        }
      }
      level = next
    }
    return outermost === null ? null : outermost.found
  }

  /** Whether an object has another one of the same package, directly or through what was passed last. */
  #isAround({ node, found }: Named, last: Named | null, other: Named): boolean {
    // Around a client there are its own parts.
    if (this.#clients.isClient(other.node)) return false
    return found.package === other.found.package && (last === other || this.#has(node, other.node))
  }

  /** Node's own objects know of each other; they own nothing for the program. */
  #isOwning({ node, type, name }: HeapEdge): boolean {
    const holder = this.#heap.typeOf(node)
    if (type === 'internal') return OF_COLLECTIONS.test(name)
    if (type === 'element') return holder === 'object' || holder === 'array'
    if (type !== 'property' || name === '__proto__' || holder !== 'object') return false
    if (this.#clients.isClient(node)) return true
    return !this.#classes.isNodes(node) && !OF_HTTP.test(this.#classes.classOf(node) ?? '')
  }

  /** A receiver that a WebSocket has knows that too, and does not own it. */
  #has(whole: number, part: number): boolean {
    return this.#heap.edges(whole).some(({ type, node }) => type === 'property' && node === part)
  }

  #named(node: number): Named | null {
    const client = this.#clients.namesOf(node)
    if (client !== null) return { node, found: { className: client.name, package: client.package, variable: null } }
    const className = classOf(this.#heap.nameOf(node))
    if (this.#heap.typeOf(node) !== 'object' || PLAIN.test(className) || className.startsWith('system /')) return null
    const of = packageOf(scriptOfClass(this.#heap, node))
    return { node, found: { className, package: of, variable: null } }
  }

  /** A function of the program itself that uses a scope. */
  *#functionIn(scope: number): Asking<number> {
    for (const { node } of yield* this.#retainers.of(scope)) {
      if (this.#heap.typeOf(node) !== 'closure' || !isUsers(this.#heap, node)) continue
      if (packageOf(scriptOf(this.#heap, node)) === null) return node
    }
    return NONE
  }
}

interface Owned {
  readonly node: number
  /** The nearest object of a class at or below it. */
  readonly owner: Named | null
}

/** An object of a class. */
interface Named {
  readonly node: number
  readonly found: FoundOwner
}

/** The fields of V8's by which a list, map or set has its entries. */
const OF_COLLECTIONS = /^(?:elements|table|\d+)$/
/** They know the socket that they came by, also where the program extends them. */
const OF_HTTP = /^(?:IncomingMessage|ServerResponse|ClientRequest|Server|Agent)$/
const PLAIN = /^(?:Object|Array|Map|Set|Function|)$/
