import { ReturnedObject } from '../engine/returned-object.js'

/**
 * A link from an object that the engine owns (a promise, a timer, a native operation) to our record of
 * it. It is a private field put on by returning the object from a base constructor: it costs 5 to 10 ns,
 * lives as long as the object, keeps nothing else alive, and no reflection of the program sees it.
 *
 * Two classes of one text: V8 learns the shapes of objects at each place in the source. Promises have few shapes
 * and are looked at most, timers and native operations have many; together they would make every look slow.
 */
export class PromiseStamp<T> extends ReturnedObject {
  #record: T

  constructor(promise: object, record: T) {
    super(promise)
    this.#record = record
  }

  static put<T>(promise: object, record: T): void {
    if (#record in promise) (promise as PromiseStamp<unknown>).#record = record
    else new PromiseStamp(promise, record)
  }

  static get(promise: object): unknown {
    return #record in promise ? (promise as PromiseStamp<unknown>).#record : null
  }
}

export class ResourceStamp<T> extends ReturnedObject {
  #record: T

  constructor(resource: object, record: T) {
    super(resource)
    this.#record = record
  }

  static put<T>(resource: object, record: T): void {
    if (#record in resource) (resource as ResourceStamp<unknown>).#record = record
    else new ResourceStamp(resource, record)
  }

  static get(resource: object): unknown {
    return #record in resource ? (resource as ResourceStamp<unknown>).#record : null
  }
}

/** HTTP requests are objects of the program's, which may well be made by other classes than Node's. */
export class RequestStamp<T> extends ReturnedObject {
  #record: T

  constructor(request: object, record: T) {
    super(request)
    this.#record = record
  }

  static put<T>(request: object, record: T): void {
    if (#record in request) (request as RequestStamp<unknown>).#record = record
    else new RequestStamp(request, record)
  }

  static get(request: object): unknown {
    return #record in request ? (request as RequestStamp<unknown>).#record : null
  }
}
