import type { ChildProcess } from 'node:child_process'
import { isMainThread } from 'node:worker_threads'
import { builtinModule } from '../engine/builtin-modules.js'
import { filter, joined, slice } from '../engine/lists.js'
import { INTERNAL_PREFIX } from '../engine/message-delivery.js'
import { ownValue } from '../engine/own-value.js'
import {
  apply,
  defineProperty,
  deleteProperty,
  deref,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  OwnWeakMap,
  startsWith,
  WeakRefOfRealm,
} from '../engine/primordials.js'
import type { SpawnOptions } from '../engine/spawn-options.js'
import { type AnyFunction, type Undo, wrapFunction, wrapLate } from './patch.js'

/** Starts a child from options that it may change. */
export type StartProcess = (child: ChildProcess, spawn: (options: object) => unknown, options: SpawnOptions) => unknown

/**
 * The method that all children are started by: to patch `fork` itself would miss what was imported before, and
 * the cluster's own copy. In the main thread only: to load the module, if the program does not, would take a
 * worker as long as all the rest of its start.
 */
export function patchChildProcess(isOn: () => boolean, start: StartProcess): Undo[] {
  if (!isMainThread) return []
  const { ChildProcess } = builtinModule('node:child_process') as { ChildProcess: { prototype: object } }
  const wrap = (original: AnyFunction): AnyFunction =>
    function spawn(this: ChildProcess, ...args: unknown[]) {
      const options = args[0]
      if (!isOn() || typeof options !== 'object' || options === null) return apply(original, this, args)
      return start(this, (changed) => apply(original, this, joined([changed], slice(args, 1))), options)
    }
  return [wrapFunction(ChildProcess.prototype, 'spawn', wrap)]
}

/** What is told of messages between processes. */
export interface ProcessListener {
  /** Right before a message is sent, and once it was. */
  readonly onSend: (payload: unknown) => void
  readonly onSent: () => void
  /** Around the listeners of a message. @returns what is to be called after them, with whether they have thrown. */
  readonly onMessage: (payload: unknown) => ((hasThrown: boolean) => void) | null
  /** No more messages are listened to. */
  readonly onEnd: () => void
}

interface Channel {
  send: AnyFunction
  emit: AnyFunction
  connected?: boolean
}

/**
 * Sees what goes over a channel between processes.
 *
 * @param target one end of the channel between two processes: a child, or `process` in the child.
 */
export function watchChannel(
  isOn: () => boolean,
  target: ChildProcess | NodeJS.Process,
  listener: ProcessListener,
): void {
  const channel = target as unknown as Channel
  const before = getOwnPropertyDescriptor(target, 'emit')
  if (typeof channel.send !== 'function' || before !== undefined) {
    listener.onEnd()
    return
  }
  const wrapSend = (original: AnyFunction): AnyFunction =>
    function send(this: unknown, ...args: unknown[]) {
      const isCounted = isOn() && this === target && channel.connected === true && !isInternal(args[0])
      if (isCounted) listener.onSend(args[0])
      const result: unknown = apply(original, this, args)
      if (isCounted) listener.onSent()
      return result
    }
  const emit = function emit(this: unknown, ...args: unknown[]): unknown {
    const original = getPrototypeOf(target).emit as AnyFunction
    if (!isOn()) return apply(original, this, args)
    const leave = args[0] === 'message' ? listener.onMessage(args[1]) : null
    let hasThrown = true
    try {
      const result: unknown = apply(original, this, args)
      hasThrown = false
      return result
    } finally {
      leave?.(hasThrown)
      if (args[0] === 'disconnect') listener.onEnd()
    }
  }
  defineProperty(target, 'emit', { value: emit, configurable: true, writable: true, enumerable: false })
  const undoEmit = (): void => {
    if (ownValue(target, 'emit') === emit) deleteProperty(target, 'emit')
  }
  undos.set(target, [wrapLate(target, 'send', wrapSend), undoEmit, listener.onEnd])
  watched = filter(watched, (other) => deref(other) !== undefined)
  watched[watched.length] = new WeakRefOfRealm(target)
}

/** A child that is gone is not kept for its undo. */
let watched: WeakRef<object>[] = []
const undos = new OwnWeakMap<object, Undo[]>()

export function unwatchChannels(): void {
  for (let i = 0; i < watched.length; i++) {
    const live = deref(watched[i] as WeakRef<object>)
    const own = live === undefined ? [] : (undos.get(live) ?? [])
    for (let j = 0; j < own.length; j++) own[j]?.()
  }
  watched = []
}

function isInternal(message: unknown): boolean {
  const cmd = ownValue(message, 'cmd')
  return typeof cmd === 'string' && startsWith(cmd, INTERNAL_PREFIX)
}
