import { createRequire } from 'node:module'
import { sep } from 'node:path'
import { findLastIndex, joinedText } from '../engine/lists.js'
import { isProxy } from '../engine/node-primordials.js'
import { ownValue } from '../engine/own-value.js'
import { apply, exec, OwnSet, ownKeys, splitAt } from '../engine/primordials.js'
import { now } from '../engine/real-clock.js'
import { ANSWERS, AnsweredQueries } from '../record/answered-queries.js'
import { boundTo } from '../record/bound-call.js'
import { countFault } from '../record/faults.js'
import type { Origin } from '../record/origin.js'
import { recordPresent } from '../record/resources.js'
import { segment } from '../record/segment.js'
import { type AnyFunction, likeOriginal, type Undo, wrapLate } from './patch.js'

/** A class of a package whose methods are given callbacks, store them, and call them when an answer arrives. */
interface StoringClass {
  /** Within the package. */
  readonly file: string
  /** Its name among the exports; null if it is the module itself. */
  readonly exported: string | null
  readonly methods: readonly string[]
  /** The property of the first argument that has the callback; null if the last function among the arguments is it. */
  readonly property: string | null
  /** Whether it is a class of queries (`answered-queries.ts`). */
  readonly isAnswered?: boolean
}

const MYSQL = ['query', 'changeUser', 'beginTransaction', 'commit', 'rollback', 'ping', 'end']
const MYSQL_POOL = ['getConnection', 'query', 'end']

const CLASSES: Readonly<Record<string, readonly StoringClass[]>> = {
  pg: [isModule('lib/client.js', ['query', 'end']), { ...isModule('lib/query.js', []), isAnswered: true }],
  'pg-cursor': [{ ...isModule('index.js', ['read', 'close']), isAnswered: true }],
  'pg-pool': [isModule('index.js', ['connect', 'query', 'end'])],
  mysql2: [
    isModule('lib/base/connection.js', [...MYSQL, 'execute']),
    isModule('lib/base/pool.js', [...MYSQL_POOL, 'execute']),
    // Before 3.12.
    isModule('lib/connection.js', [...MYSQL, 'execute']),
    isModule('lib/pool.js', [...MYSQL_POOL, 'execute']),
  ],
  mysql: [isModule('lib/Connection.js', MYSQL), isModule('lib/Pool.js', MYSQL_POOL)],
  redis: [{ file: 'index.js', exported: 'RedisClient', methods: ['internal_send_command'], property: 'callback' }],
}

/** To look at two thousand modules takes 0.2 ms: a service that opens connections all the time looks once a second. */
const LOOKED_AT_ONCE = 64
const LOOK_EVERY_MS = 1_000

const PACKAGE = /^(.*[\\/]node_modules[\\/](pg|pg-pool|pg-cursor|mysql2|mysql|redis)[\\/])/

function isModule(file: string, methods: readonly string[]): StoringClass {
  return { file, exported: null, methods, property: null }
}

/**
 * Clients of databases keep one connection for all calls. A callback is stored, and called out of an event of the
 * connection, or by the call that gives a connection of a pool back. The path of the callback goes on at the call that it
 * was given to: nothing in Node.js or V8 tells that, so the methods that store callbacks are wrapped. That is done when
 * the process opens a connection, with the packages that are loaded by then.
 */
export class StoredCallbacks {
  readonly #isOn: () => boolean
  /** `require.cache`. */
  readonly #loaded: object = createRequire(process.execPath).cache
  readonly #undos: Undo[] = []
  readonly #files = new OwnSet<string>()
  #looks = 0
  #nextLookMs = 0
  /** The depth of segments at which code of such a package runs. Callbacks of the program run in a segment of their own. */
  #packageRunsAt = -1
  /** Of the program's call whose callback that code will call; null for none. */
  #packageOrigin: Origin | null = null
  readonly #queries = new AnsweredQueries()

  constructor(isOn: () => boolean) {
    this.#isOn = isOn
    // Where tracing begins late, connections may be there.
    this.onConnect()
  }

  /** The present code opens a connection: by now, what opens it is loaded. */
  onConnect(): void {
    if (this.#looks >= LOOKED_AT_ONCE && now() < this.#nextLookMs) return
    try {
      this.#look()
    } catch (error) {
      countFault(error)
    }
  }

  undo(): void {
    for (const undo of this.#undos) undo()
    this.#undos.length = 0
    this.#files.clear()
  }

  /** Some packages load a class when it is first used. */
  #look(): void {
    this.#looks++
    this.#nextLookMs = now() + LOOK_EVERY_MS
    const files = ownKeys(this.#loaded)
    for (let i = 0; i < files.length; i++) {
      const file = files[i]
      if (typeof file === 'string') this.#wrapPackageOf(file)
    }
  }

  #wrapPackageOf(file: string): void {
    const found = exec(PACKAGE, file)
    if (found === null) return
    const folder = found[1] as string
    const classes = CLASSES[found[2] as string] ?? []
    for (let i = 0; i < classes.length; i++) {
      const storing = classes[i] as StoringClass
      const module = folder + (sep === '/' ? storing.file : joinedText(splitAt(storing.file, '/'), sep))
      if (this.#files.has(module)) continue
      const exports = ownValue(ownValue(this.#loaded, module), 'exports')
      if (this.#wrapClass(storing, exports)) this.#files.add(module)
    }
  }

  /** @returns false if the module is not there yet. */
  #wrapClass({ exported, methods, property, isAnswered }: StoringClass, exports: unknown): boolean {
    const prototype = ownValue(exported === null ? exports : ownValue(exports, exported), 'prototype')
    if (typeof prototype !== 'object' || prototype === null) return false
    const replace = property === null ? replaceArgument : replaceProperty(property)
    for (let i = 0; i < methods.length; i++) {
      const undo = wrapLate(prototype, methods[i] as string, (original) => this.#wrapMethod(original, replace))
      this.#undos[this.#undos.length] = undo
    }
    for (let i = 0; isAnswered && i < ANSWERS.length; i++) {
      const undo = wrapLate(prototype, ANSWERS[i] as string, (original) => this.#wrapAnswer(original))
      this.#undos[this.#undos.length] = undo
    }
    return true
  }

  #wrapMethod(original: AnyFunction, replace: typeof replaceArgument): AnyFunction {
    const stored = this
    return function (this: unknown, ...args: unknown[]): unknown {
      if (!stored.#isOn()) return apply(original, this, args)
      let origin: Origin | null = null
      try {
        if (stored.#isPackageRunning()) {
          // Part of a call of the program's: what the package calls in the end was bound there.
          origin = stored.#packageOrigin
          replace(args, (callback) => stored.#ofPackage(callback, origin))
        } else {
          stored.#queries.onQuery(args[0])
          replace(args, (callback) => {
            origin = recordPresent('callback')
            return origin === null ? callback : stored.#ofProgram(callback, origin)
          })
        }
      } catch (error) {
        countFault(error)
      }
      return stored.#runPackage(original, this, args, origin)
    }
  }

  #wrapAnswer(original: AnyFunction): AnyFunction {
    const stored = this
    return function (this: unknown, ...args: unknown[]): unknown {
      return stored.#isOn() ? stored.#queries.run(this, original, args) : apply(original, this, args)
    }
  }

  #isPackageRunning(): boolean {
    return this.#packageRunsAt === segment.depth
  }

  #ofProgram(callback: AnyFunction, origin: Origin): AnyFunction {
    const call = boundTo(origin, callback, this.#isOn)
    this.#queries.onCallback(call, origin)
    return likeOriginal(call, callback)
  }

  #ofPackage(callback: AnyFunction, origin: Origin | null): AnyFunction {
    const stored = this
    const { call } = {
      call(this: unknown, ...args: unknown[]): unknown {
        return stored.#runPackage(callback, this, args, origin)
      },
    }
    if (origin !== null) this.#queries.onCallback(call, origin)
    return likeOriginal(call, callback)
  }

  #runPackage(fn: AnyFunction, self: unknown, args: unknown[], origin: Origin | null): unknown {
    const outer = this.#packageRunsAt
    const outerOrigin = this.#packageOrigin
    this.#packageRunsAt = segment.depth
    this.#packageOrigin = origin
    try {
      return apply(fn, self, args)
    } finally {
      this.#packageRunsAt = outer
      this.#packageOrigin = outerOrigin
    }
  }
}

function replaceArgument(args: unknown[], wrap: (callback: AnyFunction) => AnyFunction): void {
  const at = findLastIndex(args, isFunction)
  if (at !== -1) args[at] = wrap(args[at] as AnyFunction)
}

function replaceProperty(property: string): typeof replaceArgument {
  return (args, wrap) => {
    const command = args[0]
    const callback = ownValue(command, property)
    if (isFunction(callback)) (command as Record<string, unknown>)[property] = wrap(callback)
  }
}

/** Not a proxy: it would notice that its properties are read. */
function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function' && !isProxy(value)
}
