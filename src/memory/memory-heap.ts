import type { HeapEdge, HeapView, Location } from '../heap/heap-view.js'
import { NONE } from '../heap/heap-view.js'
import type { NumberPlace } from '../heap/number-place.js'
import { addTo } from '../model/lists-by-key.js'
import { AwaitPlaces } from './await-places.js'
import type { Chunk } from './chunks.js'
import type { EngineHeap } from './engine-heap.js'
import { GlobalVariables } from './global-variables.js'
import type { Hit } from './heap-scan.js'
import { HoldingObjects } from './holding-objects.js'
import type { Isolate } from './isolates.js'
import { type JsStack, jsStackOf } from './js-stack.js'
import { ObjectFields } from './object-fields.js'
import { ObjectNames } from './object-names.js'
import { Properties } from './properties.js'
import { Scripts } from './scripts.js'
import { Strings } from './strings.js'
import { smallInteger } from './words.js'

/** Of a promise (V8 11.3 to 14.6). */
const REACTIONS = 24
const FLAGS = 32
const STATUS = 3
const PENDING = 0
/** What V8 runs when a promise is settled, in bytes (V8 11.3 to 14.6). */
const REACTION_JOB = /^PROMISE_(?:FULFILL|REJECT)_REACTION_JOB_TASK$/
const REACTION_JOB_SIZE = 48
/** What it calls then, of a function that awaited the promise. */
const AWAIT = /^Async(?:Function|Generator)Await\w*Closure$/
/** Nothing that so many objects refer to tells for what a promise waits. */
const MOST_RETAINERS = 10_000

/** The heap of one isolate in the memory of a process, as a heap snapshot would show it. A node is a tagged pointer. */
export class MemoryHeap implements HeapView {
  readonly engine: EngineHeap
  readonly properties: Properties
  readonly scripts: Scripts
  readonly awaitPlaces: AwaitPlaces
  readonly #isolate: Isolate
  readonly #strings: Strings
  readonly #names: ObjectNames
  readonly #fields: ObjectFields
  readonly #globals: GlobalVariables
  readonly #awaited: { promise: number; reaction: number }[] = []
  /** By the name of the builtin. */
  readonly #closures = new Map<string, number[]>()
  /** By what the closures of a function share. */
  readonly #locations = new Map<number, Location | null>()
  readonly #retainers = new Map<number, readonly HeapEdge[]>()

  constructor(engine: EngineHeap, isolate: Isolate) {
    this.engine = engine
    this.#isolate = isolate
    this.#strings = new Strings(engine)
    this.properties = new Properties(engine, this.#strings)
    this.#names = new ObjectNames(engine, this.#strings, this.properties)
    this.#fields = new ObjectFields(engine, this.#strings, this.properties, this.#names)
    this.scripts = new Scripts(engine, this.#strings, this.#fields)
    this.awaitPlaces = new AwaitPlaces(engine, this.scripts)
    this.#globals = new GlobalVariables(engine, this.#strings, () => this.#globalObjects())
    this.#findPromises()
  }

  /** What the thread is in the middle of; null if that is not known. */
  get stack(): JsStack | null {
    const functions = {
      engine: this.engine,
      isFunction: (pointer: number) => this.#names.isFunction(pointer),
      positionIn: (code: number, offset: number) => this.awaitPlaces.positionIn(code, offset),
    }
    return jsStackOf(functions, this.#isolate)
  }

  /** V8's object of the async function that the running microtask has resumed; `NONE` if it is none. */
  resumedGenerator(): number {
    const { words, layout, classes } = this.engine
    const { roots, rootCount } = this.#isolate
    for (let at = roots; at < roots + rootCount * 8; at += 8) {
      const task = words.word(at)
      if (!REACTION_JOB.test(layout.nameOfType(classes.typeOf(task)))) continue
      for (let field = 7; field < REACTION_JOB_SIZE; field += 8) {
        const handler = words.word(task + field)
        if (AWAIT.test(this.builtinOf(handler))) return this.child(this.child(handler, 'context'), 'extension')
      }
    }
    return NONE
  }

  nameOf(node: number): string {
    return this.#names.nameOf(node)
  }

  typeOf(node: number): string {
    return this.#names.typeOf(node)
  }

  idOf(node: number): number {
    return node
  }

  /** A script's number is the address of V8's object of it. */
  locationOf(fn: number): Location | null {
    if (!this.#names.isFunction(fn)) return null
    const shared = this.scripts.sharedOf(fn)
    let location = this.#locations.get(shared)
    if (location === undefined) {
      location = this.#readLocation(fn)
      this.#locations.set(shared, location)
    }
    return location
  }

  #readLocation(fn: number): Location | null {
    const script = this.scripts.scriptOf(fn)
    const start = script === null ? null : this.scripts.startOf(fn)
    const place = script === null || start === null ? null : this.scripts.placeAt(script, start)
    return place === null ? null : { scriptId: script as number, ...place }
  }

  scriptUrlOf(fn: number): string {
    const script = this.scripts.scriptOf(fn)
    return script === null ? '' : this.scripts.script(script).name
  }

  child(node: number, name: string): number {
    if (node === NONE) return NONE
    // Asked for again and again: the other fields need not be read for it.
    const own = this.#fields.ownField(node, name)
    if (own !== null) return own === 0 ? NONE : own
    return this.#fields.fieldNamed(node, name) || NONE
  }

  edges(node: number): readonly HeapEdge[] {
    return this.#fields.fieldsOf(node)
  }

  retainersOf(nodes: Iterable<number>): ReadonlyMap<number, readonly HeapEdge[]> {
    const asked = new Set(nodes)
    const open = new Set<number>()
    for (const node of asked) if (!this.#retainers.has(node)) open.add(node)
    if (open.size > 0) this.#findRetainers(open)
    const found = new Map<number, readonly HeapEdge[]>()
    for (const node of asked) found.set(node, this.#retainers.get(node) ?? [])
    return found
  }

  isPromise(node: number): boolean {
    return this.engine.classes.typeOf(node) === this.engine.layout.types.JS_PROMISE
  }

  awaitedPromises(): Iterable<{ readonly promise: number; readonly reaction: number }> {
    return this.#awaited
  }

  closuresOf(builtin: RegExp): Iterable<number> {
    return [...this.#closures].flatMap(([name, closures]) => (builtin.test(name) ? closures : []))
  }

  builtinOf(closure: number): string {
    if (!this.#names.isFunction(closure)) return ''
    return this.engine.builtinOf.get(this.scripts.sharedOf(closure)) ?? ''
  }

  *nodesWith(name: string): Iterable<{ readonly node: number; readonly held: number }> {
    for (const node of this.instancesWith(name)) {
      const held = this.child(node, name)
      if (held !== NONE) yield { node, held }
    }
  }

  /** The objects whose maps describe a property of the name. One pass over the heap. */
  instancesWith(name: string): number[] {
    const maps = [...this.engine.classes.objectMaps()].filter((map) => this.properties.hasProperty(map, name))
    return this.#instancesOf(maps)
  }

  /** The objects whose prototype is one of these. One pass over the heap. */
  instancesOf(prototypes: ReadonlySet<number>): number[] {
    const { classes, layout, words } = this.engine
    const maps = [...classes.objectMaps()].filter((map) => prototypes.has(words.word(map - 1 + layout.mapPrototype)))
    return this.#instancesOf(maps)
  }

  /** Whether the thread's global object has a property of the name; a symbol's is `<symbol NAME>`. */
  hasGlobal(name: string): boolean {
    return this.#globals.has(name)
  }

  /** Of a function of V8's that takes the value of a combinator's member: it is kept in place of its properties. */
  memberIndexOf(closure: number): number | null {
    const index = smallInteger(this.engine.words.word(closure + 7))
    return index === null || index < 1 ? null : index - 1
  }

  /** A number in a variable of a scope; `NaN` for what is none. */
  numberInScope(context: number, variable: string): number {
    return this.properties.numberIn(this.#fields.variableOf(context, variable))
  }

  /** The number in a property, or in a variable that a function closes over; null for what is none. */
  numberAt({ node, name, isVariable }: NumberPlace): number | null {
    const number = isVariable ? this.#numberInScopes(node, name) : this.properties.numberOf(node, name)
    return Number.isFinite(number) ? number : null
  }

  #numberInScopes(fn: number, variable: string): number {
    for (let scope = this.child(fn, 'context'); scope !== NONE; scope = this.child(scope, 'previous')) {
      const found = this.numberInScope(scope, variable)
      if (!Number.isNaN(found)) return found
    }
    return Number.NaN
  }

  #globalObjects(): number[] {
    const { classes, layout } = this.engine
    return this.#instancesOf(classes.maps(layout.types.JS_GLOBAL_OBJECT))
  }

  #instancesOf(maps: Iterable<number>): number[] {
    const found: number[] = []
    const objects = new HoldingObjects(this.engine, this.#fields, this.#names)
    const keep = (hit: Hit) => {
      // Maps, and a few other objects of V8's, have maps in other places than the first.
      if (objects.isStart(hit.address)) found.push(hit.address + 1)
    }
    this.engine.scan.find(maps, keep, this.#isOwn)
    return found
  }

  readonly #isOwn = ({ heap }: Chunk): boolean => heap === this.#isolate.heap

  /** One pass for all promises that are awaited, and for the closures of V8's own functions that settle promises. */
  #findPromises(): void {
    const { classes, layout, scan, builtinOf } = this.engine
    const maps = new Set(classes.maps(layout.types.JS_PROMISE))
    const promises: { promise: number; reaction: number }[] = []
    const closures: { closure: number; name: string }[] = []
    const settling = [...builtinOf].filter(([, name]) => SETTLING.test(name)).map(([shared]) => shared)
    scan.find(
      [...maps, ...settling],
      (hit) => {
        if (maps.has(hit.needle)) {
          const status = (smallInteger(hit.word(FLAGS)) ?? -1) & STATUS
          if (status === PENDING) promises.push({ promise: hit.address + 1, reaction: hit.word(REACTIONS) })
        } else {
          const name = builtinOf.get(hit.needle) as string
          closures.push({ closure: hit.address - layout.functionShared + 1, name })
        }
      },
      this.#isOwn,
    )
    for (const each of promises) {
      if (classes.typeOf(each.reaction) === layout.types.PROMISE_REACTION) this.#awaited.push(each)
    }
    for (const { closure, name } of closures) {
      if (!this.#names.isFunction(closure)) continue
      addTo(this.#closures, name, closure)
    }
  }

  #findRetainers(nodes: ReadonlySet<number>): void {
    const found = new Map<number, HeapEdge[]>()
    for (const node of nodes) found.set(node, [])
    /** Properties, elements and some variables stand in objects of their own: their owners are sought as well. */
    const parts = new Set<number>()
    const all = new Set<number>()
    for (const [held, { holders }] of this.holdersOf(nodes)) {
      for (const holder of holders.length < 2 ? holders : new Set(holders)) {
        all.add(holder)
        const variable = this.#globals.variableIn(holder)
        if (variable !== null) found.get(held)?.push({ type: 'property', ...variable })
      }
    }
    // An object may hold thousands of them: its fields are read once.
    for (const holder of all) {
      if (this.#isPart(holder)) parts.add(holder)
      this.#fields.visitFields(holder, (type, name, word) => {
        found.get(word)?.push({ type, name: String(name), node: holder })
      })
    }
    const owners = new Set<number>()
    for (const { holders } of this.holdersOf(parts).values()) for (const holder of holders) owners.add(holder)
    for (const owner of owners) {
      this.#fields.visitFields(owner, (type, name, word) => {
        if (type === 'property' || type === 'element' || type === 'context')
          found.get(word)?.push({ type, name: String(name), node: owner })
      })
    }
    for (const [node, edges] of found) this.#retainers.set(node, withoutRepeats(edges))
  }

  #isPart(holder: number): boolean {
    const type = this.engine.classes.typeOf(holder)
    return this.#names.isArray(type) || this.engine.layout.nameOfType(type) === 'CONTEXT_CELL'
  }

  /** The objects that refer to each of some nodes; `isOpen` if there are others that cannot be told. One pass. */
  holdersOf(nodes: ReadonlySet<number>): Map<number, { readonly holders: number[]; isOpen: boolean }> {
    const found = new Map<number, { readonly holders: number[]; isOpen: boolean }>()
    for (const node of nodes) found.set(node, { holders: [], isOpen: false })
    const objects = new HoldingObjects(this.engine, this.#fields, this.#names)
    this.engine.scan.find(
      nodes,
      (hit) => {
        const entry = found.get(hit.needle)
        if (entry === undefined) return
        const holder = objects.objectAt(hit)
        if (holder === 0 || entry.holders.length === MOST_RETAINERS) entry.isOpen = true
        else if (holder !== hit.address + 1) entry.holders.push(holder)
      },
      this.#isOwn,
    )
    return found
  }

  /** Which of some pointers stand in the process's memory outside of the heaps. One pass over that. */
  wordsOutside(pointers: ReadonlySet<number>): ReadonlySet<number> {
    return this.engine.wordsOutside(pointers)
  }
}

/** The builtins whose closures settle promises. */
const SETTLING = /^PromiseCapabilityDefault(?:Resolve|Reject)$/

/** Several words of one object may refer to the same one. */
function withoutRepeats(edges: readonly HeapEdge[]): readonly HeapEdge[] {
  if (edges.length < 2) return edges
  const seen = new Set<string>()
  return edges.filter(({ type, name, node }) => {
    const key = `${node} ${type} ${name}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
