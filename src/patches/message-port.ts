import workerThreads, { MessagePort } from 'node:worker_threads'
import { DISPATCH, isDelivery } from '../engine/message-delivery.js'
import { apply, getProperty, hasOwn } from '../engine/primordials.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

/** What is told of messages; `begin` and `enter` return what the closing call takes. */
export interface MessageListener<S, R> {
  readonly beginSending: (port: object, payload: unknown, transfer: unknown) => S | null
  readonly endSending: (sending: S) => void
  readonly failSending: (sending: S) => void
  /** Around the call of a message's listeners. */
  readonly enterReceived: (port: object, payload: unknown) => R | undefined
  readonly leaveReceived: (received: R) => void
  /** The program took a message itself. */
  readonly takeReceived: (port: object, payload: unknown) => void
  /** A message was taken that could not be read. */
  readonly failReceived: (port: object) => void
}

/** Messages of ports, both ways. */
export function patchMessagePort<S, R>(isOn: () => boolean, listener: MessageListener<S, R>): Undo[] {
  return [
    wrapFunction(MessagePort.prototype, 'postMessage', (original) => wrapPost(isOn, listener, original)),
    wrapFunction(workerThreads, 'receiveMessageOnPort', (original) => wrapReceive(isOn, listener, original)),
    overrideDispatch(isOn, listener),
  ]
}

function wrapPost<S, R>(isOn: () => boolean, listener: MessageListener<S, R>, original: AnyFunction): AnyFunction {
  const { postMessage } = {
    postMessage(this: object, ...args: unknown[]) {
      const sending = isOn() ? listener.beginSending(this, args[0], args[1]) : null
      if (sending === null) return apply(original, this, args)
      let result: unknown
      try {
        result = apply(original, this, args)
      } catch (error) {
        listener.failSending(sending)
        throw error
      }
      listener.endSending(sending)
      return result
    },
  }
  return postMessage
}

function wrapReceive<S, R>(isOn: () => boolean, listener: MessageListener<S, R>, original: AnyFunction): AnyFunction {
  return function receiveMessageOnPort(this: unknown, ...args: unknown[]) {
    let result: { message: unknown } | undefined
    try {
      result = apply(original, this, args) as typeof result
    } catch (error) {
      if (isOn()) listener.failReceived(args[0] as object)
      throw error
    }
    if (result !== undefined && isOn()) listener.takeReceived(args[0] as object, result.message)
    return result
  }
}

/** The method is inherited: ours stands in front of it. */
function overrideDispatch<S, R>(isOn: () => boolean, listener: MessageListener<S, R>): Undo {
  const prototype = MessagePort.prototype
  const original: unknown = getProperty(prototype, DISPATCH)
  if (typeof original !== 'function' || hasOwn(prototype, DISPATCH)) return () => {}
  function dispatch(this: object, ...args: unknown[]): unknown {
    const received = isDelivery(args) && isOn() ? listener.enterReceived(this, args[0]) : undefined
    if (received === undefined) return apply(original as AnyFunction, this, args)
    try {
      return apply(original as AnyFunction, this, args)
    } finally {
      listener.leaveReceived(received)
    }
  }
  Object.defineProperty(prototype, DISPATCH, { value: dispatch, configurable: true, writable: true, enumerable: false })
  return () => {
    if (getProperty(prototype, DISPATCH) === dispatch) Reflect.deleteProperty(prototype, DISPATCH)
  }
}
