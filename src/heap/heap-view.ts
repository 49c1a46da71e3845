/** Where a function begins: the script by V8's number. */
export interface Location {
  readonly scriptId: number
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column: number
}

/** A reference from one object to another: the name of the property, variable or field, or its index if it has none. */
export interface HeapEdge {
  /** As in a heap snapshot: `property`, `context` (a variable), `element`, `internal`, `hidden` (a field without a name). */
  readonly type: string
  readonly name: string
  /** The object at the other end: the one that is referred to, or the one that refers to it (`retainersOf`). */
  readonly node: number
}

/** Instead of a node: there is none. */
export const NONE = -1

/**
 * The objects of a process, and the references between them. A node is a number: a row of a heap snapshot, or an
 * address in memory. Types and names are those of V8's heap snapshots, whatever the view is made from.
 */
export interface HeapView {
  /** A function's name, an object's constructor, a string's text; `system / …` for what is internal to V8. */
  nameOf(node: number): string
  /** `object`, `closure`, `string`, `array`, `code`, `hidden`, `synthetic`, `object shape`, … */
  typeOf(node: number): string
  /** A number that orders objects in the same way each time. */
  idOf(node: number): number
  locationOf(fn: number): Location | null
  /** The URL of the script that a function is from; empty if it is not known. */
  scriptUrlOf(fn: number): string
  /** The object in a named field or property; `NONE` if there is none. */
  child(node: number, name: string): number
  /** Every object that a node refers to, fields without a name in their order; weak references are left out. */
  edges(node: number): readonly HeapEdge[]
  /**
   * The objects that refer to each of some nodes; weak references are left out. Ask for many nodes at once: a view without
   * a reverse index answers with one pass over the whole heap.
   */
  retainersOf(nodes: Iterable<number>): ReadonlyMap<number, readonly HeapEdge[]>
  /** Whether a node is a promise, pending or settled. */
  isPromise(node: number): boolean
  /** The promises that something waits for, and of each the first of its `PromiseReaction`s. */
  awaitedPromises(): Iterable<{ readonly promise: number; readonly reaction: number }>
  /** The closures whose code is one of V8's builtins with a matching name. */
  closuresOf(builtin: RegExp): Iterable<number>
  /** The name of the builtin behind a closure: `AsyncFunctionAwaitResolveClosure`; empty if it has other code. */
  builtinOf(closure: number): string
  /** The objects with a property or field of the name, with the object in it. One pass over the heap. */
  nodesWith(name: string): Iterable<{ readonly node: number; readonly held: number }>
}
