import workerThreads, { type MessageChannel, type MessagePort } from 'node:worker_threads'
import { construct } from '../engine/primordials.js'
import { type AnyConstructor, replaceConstructor, type Undo } from './patch.js'

/** `new MessageChannel`: from here on, both its ports are known. */
export function patchMessageChannel(isOn: () => boolean, onChannel: (a: MessagePort, b: MessagePort) => void): Undo[] {
  const constructKnown = (target: AnyConstructor, args: unknown[], newTarget: AnyConstructor): object => {
    const channel = construct(target, args, newTarget) as MessageChannel
    if (isOn()) onChannel(channel.port1, channel.port2)
    return channel
  }
  const names = [
    [workerThreads, 'MessageChannel'],
    [globalThis, 'MessageChannel'],
  ] as const
  return [replaceConstructor(workerThreads.MessageChannel as AnyConstructor, names, { construct: constructKnown })]
}
