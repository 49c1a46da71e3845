import type { Reading } from '../engine/debugger-reading.js'
import {
  callFunction,
  evaluate,
  OBJECT_GROUP,
  objectIn,
  readHeapId,
  readLiveObjects,
  readObjectWithId,
} from '../engine/inspected-objects.js'
import type { DevToolsSession } from './devtools-session.js'
import { readRemotely } from './remote-debugger.js'

/** A function to run in the process, by its text. */
type Portable = (...args: never[]) => unknown

/**
 * What gives Node's own modules in the process. Node 20.16 and 22.3 brought `getBuiltinModule`; before, and in a program
 * that has taken `process` away, the console's own `require` does.
 */
export const GET_BUILTIN =
  "typeof process === 'object' && typeof process?.getBuiltinModule === 'function' ? process.getBuiltinModule : require"

/** Evaluates in one thread of the process, and lets go of all that it held there. */
export class Target {
  readonly session: DevToolsSession

  constructor(session: DevToolsSession) {
    this.session = session
  }

  read<T>(reading: Reading<T>): Promise<T> {
    return readRemotely(this.session, reading)
  }

  /** The value of an expression: of JSON only. */
  async valueOf<T>(expression: string): Promise<T> {
    return (await this.read(evaluate({ expression, returnByValue: true }))).value as T
  }

  /** A handle on the value of an expression, which may use `require`. */
  async handleOf(expression: string): Promise<string> {
    return objectIn(await this.read(evaluate({ expression, includeCommandLineAPI: true })))
  }

  /** A handle on the array of all live objects that have the prototype. It costs a full collection. */
  async objectsWithPrototype(prototype: string): Promise<string> {
    return this.read(readLiveObjects(prototype))
  }

  /** Runs a function with a handle's object as `this`; handles among the arguments are wrapped by `byHandle`. */
  async callForHandle(self: string, run: Portable, ...args: readonly unknown[]): Promise<string> {
    return objectIn(await this.read(callFunction(callOf(self, run, args))))
  }

  async callForValue<T>(self: string, run: Portable, ...args: readonly unknown[]): Promise<T> {
    return (await this.read(callFunction({ ...callOf(self, run, args), returnByValue: true }))).value as T
  }

  /** Runs a function with the object of a handle as its one argument. */
  async runForValue<T>(argument: string, run: Portable): Promise<T> {
    return this.callForValue<T>(argument, run, byHandle(argument))
  }

  /** The same for a function that answers with a promise. */
  async awaited<T>(argument: string, run: Portable): Promise<T> {
    const call = callOf(argument, run, [byHandle(argument)])
    return (await this.read(callFunction({ ...call, returnByValue: true, awaitPromise: true }))).value as T
  }

  /** A handle on the object that has an id in a heap snapshot. A walk through the heap. Null if it has been collected. */
  async objectOfHeapId(id: number): Promise<string | null> {
    return this.read(readObjectWithId(id))
  }

  async heapIdOf(objectId: string): Promise<number> {
    return this.read(readHeapId(objectId))
  }

  async release(timeoutMs?: number): Promise<void> {
    await this.session.call('Runtime.releaseObjectGroup', { objectGroup: OBJECT_GROUP }, timeoutMs)
  }
}

function callOf(objectId: string, run: Portable, args: readonly unknown[]) {
  return {
    objectId,
    functionDeclaration: String(run),
    arguments: args.map((value) => (value instanceof ByHandle ? { objectId: value.objectId } : { value })),
  }
}

class ByHandle {
  readonly objectId: string
  constructor(objectId: string) {
    this.objectId = objectId
  }
}

/** An argument that is an object in the process. */
export function byHandle(objectId: string): unknown {
  return new ByHandle(objectId)
}
