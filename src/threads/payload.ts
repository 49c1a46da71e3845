import { MessagePort } from 'node:worker_threads'
import { every } from '../engine/lists.js'
import { isAnyArrayBuffer, isMap, isProxy, isSet } from '../engine/node-primordials.js'
import {
  charCodeAt,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  imul,
  isArray,
  isFiniteNumber,
  isInteger,
  isView,
  keys as keysOf,
  mapForEach,
  OwnSet,
  setForEach,
  trunc,
} from '../engine/primordials.js'

/** Stands for a payload of which nothing can be said without running code of the program's. */
const UNKNOWN = 0
const { prototype: objectPrototype } = Object
const { prototype: arrayPrototype } = Array
const MAX_KEYS = 6
const MAX_VISITED = 10_000

/**
 * A few features of a payload that survive cloning, as one number: a check that a record belongs to the
 * message it is found for. No getter and no proxy is asked.
 */
export function shapeOf(payload: unknown): number {
  if (typeof payload !== 'object' || payload === null) return shapeOfPrimitive(payload)
  if (isProxy(payload)) return UNKNOWN
  if (isArray(payload)) return mix(11, payload.length)
  const prototype: unknown = getPrototypeOf(payload)
  if (prototype !== objectPrototype && prototype !== null) return UNKNOWN
  const keys = keysOf(payload)
  let shape = mix(12, keys.length)
  for (let i = 0; i < keys.length && i < MAX_KEYS; i++) {
    const key = keys[i] as string
    const descriptor = getOwnPropertyDescriptor(payload, key)
    if (descriptor === undefined || descriptor.get !== undefined || descriptor.set !== undefined) return UNKNOWN
    shape = mix(mix(shape, key.length), shapeOfValue(descriptor.value))
  }
  return shape === UNKNOWN ? 1 : shape
}

/** The same for a payload that goes to another process: as JSON, which leaves out or changes some values. */
export function sentShape(payload: unknown): number {
  if (!isKeptByJson(payload)) return UNKNOWN
  if (typeof payload !== 'object' || payload === null || isArray(payload)) return shapeOf(payload)
  const keys = keysOf(payload)
  for (let i = 0; i < keys.length; i++) {
    if (!isKeptByJson(getOwnPropertyDescriptor(payload, keys[i] as string)?.value)) return UNKNOWN
  }
  return shapeOf(payload)
}

function isKeptByJson(value: unknown): boolean {
  if (typeof value === 'number') return isFiniteNumber(value)
  if (typeof value !== 'object' || value === null)
    return value === null || typeof value === 'string' || typeof value === 'boolean'
  if (isProxy(value)) return false
  const prototype: unknown = getPrototypeOf(value)
  const isPlain = prototype === objectPrototype || prototype === arrayPrototype || prototype === null
  return isPlain && !('toJSON' in value)
}

/** Whether two shapes may be of one payload. */
export function mayBeSame(a: number, b: number): boolean {
  return a === b || a === UNKNOWN || b === UNKNOWN
}

function shapeOfValue(value: unknown): number {
  return typeof value === 'object' ? 10 : shapeOfPrimitive(value)
}

function shapeOfPrimitive(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return value.length === 0 ? 2 : mix(mix(2, value.length), charCodeAt(value, value.length - 1))
    case 'number':
      return mix(3, isInteger(value) ? value | 0 : trunc(value * 1e6) | 0)
    case 'boolean':
      return value ? 4 : 5
    case 'undefined':
      return 6
    case 'bigint':
      return 7
    default:
      return 8
  }
}

function mix(hash: number, value: number): number {
  return (imul(hash, 31) + value) | 0
}

/**
 * The ports in a payload, in an order that cloning keeps; null where that cannot be told without running
 * code of the program's, or where the payload is too large to look through.
 */
export function portsWithin(payload: unknown): MessagePort[] | null {
  const ports: MessagePort[] = []
  const seen = new OwnSet<object>()
  const areKnown = <C>(items: C, forEach: (items: C, see: (value: unknown, key: unknown) => void) => void): boolean => {
    let are = true
    forEach(items, (value, key) => {
      are &&= isKnown(key) && isKnown(value)
    })
    return are
  }
  const isKnown = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return true
    if (seen.size >= MAX_VISITED || isProxy(value)) return false
    seen.add(value)
    if (value instanceof MessagePort) {
      ports[ports.length] = value
      return true
    }
    if (isMap(value)) return areKnown(value, mapForEach)
    if (isSet(value)) return areKnown(value, setForEach)
    if (isView(value) || isAnyArrayBuffer(value)) return true
    return every(keysOf(value), (key) => {
      const descriptor = getOwnPropertyDescriptor(value, key)
      return descriptor !== undefined && descriptor.get === undefined && isKnown(descriptor.value)
    })
  }
  return isKnown(payload) ? ports : null
}
