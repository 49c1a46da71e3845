import { NONE } from '../heap/heap-view.js'
import type { NodeClasses } from '../heap/node-classes.js'
import type { MemoryHeap } from '../memory/memory-heap.js'
import { uvHandleOf } from '../memory/uv-handles.js'
import { resourceOfClass } from '../model/node-resources.js'
import type { EmitterState, Resource } from '../model/resource.js'
import { type Descriptors, holdersOfAll } from '../operating-system/descriptors.js'
import type { SocketAddresses } from '../operating-system/tcp-table.js'
import { emitterStateOf, openPipes } from './memory-emitters.js'

/** Node's objects in the memory of a process: what they are, with what numbers, texts and addresses they have. */
export class MemoryResources {
  readonly #heap: MemoryHeap
  readonly #classes: NodeClasses
  readonly #descriptors: Descriptors
  /** By the pipe of a child process: whose it is, and its place among the child's standard streams. */
  #pipes: ReadonlyMap<number, { readonly child: number; readonly stream: number }> | null = null

  constructor(heap: MemoryHeap, classes: NodeClasses, descriptors: Descriptors) {
    this.#heap = heap
    this.#classes = classes
    this.#descriptors = descriptors
  }

  /** Null for what is none of Node's resources, or of which its class tells all. */
  resourceOf(node: number): Resource | null {
    const nodeClass = this.#classes.classOf(node)
    switch (nodeClass) {
      case 'ChildProcess':
        return this.#childOf(node, null)
      case 'Socket':
      case 'TLSSocket':
      case 'Server':
      case 'ReadStream':
      case 'WriteStream':
        return this.#streamOf(node, nodeClass)
      case 'TCPConnectWrap':
        return resourceOfClass(nodeClass, (name) => textIn(this.#heap, node, name))
      default:
        return null
    }
  }

  /** Of a socket; null where it is not open, or not of the network. */
  addressesOf(socket: number): SocketAddresses | null {
    const handle = socket === NONE ? NONE : this.#handleOf(socket)
    const uv = handle === NONE ? null : uvHandleOf(this.#heap, handle)
    return uv === null || uv.transport === 'pipe' ? null : this.#descriptors.addressesOf(uv.descriptor)
  }

  /** What has become of an emitter; null if that is not known. */
  stateOf(emitter: number): EmitterState | null {
    const state = emitterStateOf(this.#heap, this.#classes, emitter)
    if (state?.kind !== 'exited') return state
    const open = openPipes(this.#heap, emitter).flatMap(
      ({ handle }) => uvHandleOf(this.#heap, handle)?.descriptor ?? [],
    )
    return { ...state, heldBy: holdersOfAll(this.#descriptors, open) }
  }

  #streamOf(node: number, nodeClass: string): Resource | null {
    const pipe = this.#pipesOfChildren().get(node)
    if (pipe !== undefined) return this.#childOf(pipe.child, pipe.stream)
    const fd = this.#heap.properties.numberOf(node, 'fd')
    if (fd >= 0 && fd <= 2) return { kind: 'standard stream', fd }
    const handle = this.#handleOf(node)
    const uv = handle === NONE ? null : uvHandleOf(this.#heap, handle)
    if (uv === null) return null
    const addresses = uv.transport === 'pipe' ? null : this.#descriptors.addressesOf(uv.descriptor)
    const local = addresses?.local ?? textIn(this.#heap, node, '_pipeName')
    if (nodeClass === 'Server') return { kind: 'server', local }
    // The kernel may not have listed it.
    const transport = uv.transport === 'tcp' && addresses === null ? 'unknown' : uv.transport
    return { kind: 'socket', transport, local, remote: addresses?.remote ?? null }
  }

  /** The native object below one of Node's; below TLS there is that of the connection. */
  #handleOf(node: number): number {
    let handle = this.#heap.child(node, '_handle')
    if (handle === NONE) handle = this.#heap.child(node, '<symbol kHandle>')
    if (handle === NONE) handle = this.#heap.child(this.#heap.child(node, '<symbol state symbol>'), 'handle')
    const parent = this.#heap.child(handle, '_parent')
    return parent === NONE ? handle : parent
  }

  #pipesOfChildren(): ReadonlyMap<number, { readonly child: number; readonly stream: number }> {
    if (this.#pipes !== null) return this.#pipes
    const pipes = new Map<number, { child: number; stream: number }>()
    for (const child of this.#heap.instancesWith('spawnfile')) {
      const streams = this.#heap.child(child, 'stdio')
      if (streams === NONE || this.#classes.classOf(child) !== 'ChildProcess') continue
      for (const { type, name, node } of this.#heap.edges(streams)) {
        if (type === 'element') pipes.set(node, { child, stream: Number(name) })
      }
    }
    this.#pipes = pipes
    return pipes
  }

  #childOf(child: number, stream: number | null): Resource {
    const pid = this.#heap.properties.numberOf(child, 'pid')
    return {
      kind: 'child process',
      pid: Number.isNaN(pid) ? null : pid,
      file: textIn(this.#heap, child, 'spawnfile'),
      stream,
    }
  }
}

/** A text or number in a property; null for what is none. */
export function textIn(heap: MemoryHeap, node: number, name: string): string | null {
  const held = heap.child(node, name)
  if (held !== NONE) return heap.typeOf(held) === 'string' ? heap.nameOf(held) : null
  const number = heap.properties.numberOf(node, name)
  return Number.isNaN(number) ? null : String(number)
}
