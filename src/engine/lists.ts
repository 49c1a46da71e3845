/**
 * What arrays are asked for, as plain loops: the methods of arrays can be replaced by the program, and even the original
 * ones ask the program's `Array[Symbol.species]`. To add to an array: `list[list.length] = item`.
 */
import { ArrayOfRealm, max, min } from './primordials.js'

type Test<T> = (item: T, index: number) => boolean

export function map<T, R>(list: readonly T[], change: (item: T, index: number) => R): R[] {
  const changed = new ArrayOfRealm<R>(list.length)
  for (let i = 0; i < list.length; i++) changed[i] = change(list[i] as T, i)
  return changed
}

export function filter<T>(list: readonly T[], isWanted: Test<T>): T[] {
  const wanted: T[] = []
  for (let i = 0; i < list.length; i++) if (isWanted(list[i] as T, i)) wanted[wanted.length] = list[i] as T
  return wanted
}

/** @returns -1 where there is none. */
export function findIndex<T>(list: readonly T[], isWanted: Test<T>, from = 0): number {
  for (let i = from; i < list.length; i++) if (isWanted(list[i] as T, i)) return i
  return -1
}

/** @returns -1 where there is none. */
export function findLastIndex<T>(list: readonly T[], isWanted: Test<T>): number {
  for (let i = list.length - 1; i >= 0; i--) if (isWanted(list[i] as T, i)) return i
  return -1
}

export function find<T>(list: readonly T[], isWanted: Test<T>): T | undefined {
  const at = findIndex(list, isWanted)
  return at === -1 ? undefined : list[at]
}

export function some<T>(list: readonly T[], isWanted: Test<T>): boolean {
  return findIndex(list, isWanted) !== -1
}

export function every<T>(list: readonly T[], isWanted: Test<T>): boolean {
  for (let i = 0; i < list.length; i++) if (!isWanted(list[i] as T, i)) return false
  return true
}

export function findLast<T>(list: readonly T[], isWanted: Test<T>): T | undefined {
  const at = findLastIndex(list, isWanted)
  return at === -1 ? undefined : list[at]
}

export function includes<T>(list: readonly T[], item: T): boolean {
  return indexOf(list, item) !== -1
}

/** @returns -1 where it is not in the list. */
export function indexOf<T>(list: readonly T[], item: T): number {
  for (let i = 0; i < list.length; i++) if (list[i] === item) return i
  return -1
}

/** As `Array.prototype.slice`: what is negative counts from the end. */
export function slice<T>(list: readonly T[], from: number, to: number = list.length): T[] {
  const { length } = list
  const start = from < 0 ? max(length + from, 0) : min(from, length)
  const end = to < 0 ? length + to : min(to, length)
  const part = new ArrayOfRealm<T>(max(end - start, 0))
  for (let i = start; i < end; i++) part[i - start] = list[i] as T
  return part
}

export function last<T>(list: readonly T[]): T | undefined {
  return list[list.length - 1]
}

export function joinedText(list: readonly string[], between: string): string {
  let text = list.length === 0 ? '' : (list[0] as string)
  for (let i = 1; i < list.length; i++) text += between + (list[i] as string)
  return text
}

export function reversed<T>(list: readonly T[]): T[] {
  const { length } = list
  const turned = new ArrayOfRealm<T>(length)
  for (let i = 0; i < length; i++) turned[i] = list[length - 1 - i] as T
  return turned
}

/** Adds all items to a list. */
export function append<T>(list: T[], items: readonly T[]): void {
  for (let i = 0; i < items.length; i++) list[list.length] = items[i] as T
}

/** All items of some lists, one after the other. */
export function joined<T>(a: readonly T[], b: readonly T[], c: readonly T[] = []): T[] {
  const list: T[] = []
  append(list, a)
  append(list, b)
  append(list, c)
  return list
}
