import { OBJECT_GROUP, readHeapId, readLiveObjects, readObjectWithId } from '../engine/debugger-reading.js'
import type { DevToolsSession } from './devtools-session.js'
import { readRemotely } from './remote-debugger.js'

/** An object in the process, by the number of the conversation. */
export interface RemoteObject {
  readonly type?: string
  readonly value?: unknown
  readonly objectId?: string
  readonly description?: string
}

interface Evaluated {
  readonly result: RemoteObject
  readonly exceptionDetails?: { readonly text: string; readonly exception?: RemoteObject }
}

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

  /** The value of an expression: of JSON only. */
  async valueOf<T>(expression: string): Promise<T> {
    const answer = await this.session.call<Evaluated>('Runtime.evaluate', { expression, returnByValue: true })
    return checked(answer).value as T
  }

  /** A handle on the value of an expression, which may use `require`. */
  async handleOf(expression: string): Promise<string> {
    const answer = await this.session.call<Evaluated>('Runtime.evaluate', {
      expression,
      objectGroup: OBJECT_GROUP,
      includeCommandLineAPI: true,
    })
    return handle(checked(answer))
  }

  /** A handle on the array of all live objects that have the prototype. It costs a full collection. */
  async objectsWithPrototype(prototype: string): Promise<string> {
    return readRemotely(this.session, readLiveObjects(prototype))
  }

  /** Runs a function with a handle's object as `this`; handles among the arguments are wrapped by `byHandle`. */
  async callForHandle(self: string, run: Portable, ...args: readonly unknown[]): Promise<string> {
    return handle(checked(await this.#call(self, run, args, false)))
  }

  async callForValue<T>(self: string, run: Portable, ...args: readonly unknown[]): Promise<T> {
    return checked(await this.#call(self, run, args, true)).value as T
  }

  /** Runs a function with the object of a handle as its one argument. */
  async runForValue<T>(argument: string, run: Portable): Promise<T> {
    return this.callForValue<T>(argument, run, byHandle(argument))
  }

  /** The same for a function that answers with a promise. */
  async awaited<T>(argument: string, run: Portable): Promise<T> {
    return checked(await this.#call(argument, run, [byHandle(argument)], true, true)).value as T
  }

  /** A handle on the object that has an id in a heap snapshot. A walk through the heap. Null if it has been collected. */
  async objectOfHeapId(id: number): Promise<string | null> {
    return readRemotely(this.session, readObjectWithId(id))
  }

  async heapIdOf(objectId: string): Promise<number> {
    return readRemotely(this.session, readHeapId(objectId))
  }

  async release(timeoutMs?: number): Promise<void> {
    await this.session.call('Runtime.releaseObjectGroup', { objectGroup: OBJECT_GROUP }, timeoutMs)
  }

  #call(
    objectId: string,
    run: Portable,
    args: readonly unknown[],
    returnByValue: boolean,
    awaitPromise = false,
  ): Promise<Evaluated> {
    return this.session.call<Evaluated>('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration: String(run),
      arguments: args.map((value) => (value instanceof ByHandle ? { objectId: value.objectId } : { value })),
      returnByValue,
      awaitPromise,
      objectGroup: OBJECT_GROUP,
    })
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

function checked({ result, exceptionDetails }: Evaluated): RemoteObject {
  if (exceptionDetails === undefined) return result
  const { text, exception } = exceptionDetails
  throw new Error(`the process answered with an error: ${exception?.description ?? text}`)
}

function handle({ objectId, type }: RemoteObject): string {
  if (objectId === undefined) throw new Error(`the process answered with a ${type ?? 'nothing'} for an object`)
  return objectId
}
