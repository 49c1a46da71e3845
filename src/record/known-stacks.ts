/**
 * Stacks that were captured before are recognised by their return addresses (engine/stack-table.ts), and their places are
 * shared: V8 decodes each of them once, not at every capture. Without the accelerator, every stack is captured.
 *
 *     let stack: RawStack | null = knownStack()
 *     if (stack === null) {
 *       capture it, see capture.ts
 *       keepStack(stack)
 *     }
 *
 * A return address tells the function and the place in it. What it does not tell must not be shared: the name of a
 * closure that was given one (engine/code-names.ts), the class of a receiver (walk/named-by-code.ts), and V8's suspended
 * awaiters, which are in no record's path.
 */
import { sharedSitesOf, synchronousPart } from '../engine/call-sites.js'
import { forgetTexts, isNamedByCode, readNaming } from '../engine/code-names.js'
import { every, some } from '../engine/lists.js'
import { isEachCompared } from '../engine/native-addon.js'
import { ArrayOfRealm, ErrorOfRealm } from '../engine/primordials.js'
import type { Site } from '../engine/site.js'
import { type FindStack, loadStackTable, MAX_STACKS, NOT_LOOKED_UP } from '../engine/stack-table.js'
import { isNamedBySymbol } from '../model/computed-keys.js'
import { noteKnown } from './capture.js'
import { countFault } from './faults.js'
import { MAX_FRAMES } from './origin.js'
import { segment } from './segment.js'
import { sharedStack } from './shared-stacks.js'

/** One in so many known stacks is captured all the same, and compared. */
const COMPARE_EVERY = 1_024
let compareEvery = COMPARE_EVERY
/** A raw stack keeps receivers alive: so many are kept until the next sweep. */
const MAX_UNREAD = 1_024

class KnownStack {
  /** Until it is read. */
  error: Error | null
  /** Null while it is not read, and for a stack that cannot be shared. */
  sites: readonly Site[] | null = null
  /** Whether its places may be given to others. */
  isShared = false
  /** What cannot be shared is captured each time. */
  isRefused = false
  /** Somebody else has read it, which can be done once only: the next one is kept in its place. */
  isSpent = false
  /** None of its places is the program's: in a promise reaction, its readers look at V8's suspended awaiters. */
  isInternal = false

  constructor(error: Error) {
    this.error = error
  }
}

let find: FindStack | null = null
/** Why stacks are not recognised. */
let reason = 'tracing is off'
/** By number. All elements are there: what a program puts on `Array.prototype` is not met. */
let stacks: (KnownStack | null)[] = []
/** Of the stack that is being captured; -1 if it has none. */
let number = -1
/** What it is compared with. */
let compared: KnownStack | null = null
let known = 0
/** Not read yet, or read with a name of which only the text tells whether it is the code's. */
let waiting: KnownStack[] = []

export function startRecognising(): void {
  const loaded = loadStackTable()
  reset()
  if (typeof loaded === 'string') {
    reason = loaded
    return
  }
  stacks = new ArrayOfRealm<KnownStack | null>(MAX_STACKS)
  for (let i = 0; i < MAX_STACKS; i++) stacks[i] = null
  compareEvery = isEachCompared() ? 1 : COMPARE_EVERY
  find = loaded
}

export function stopRecognising(): void {
  reset()
  reason = 'tracing is off'
}

function reset(): void {
  find = null
  stacks = []
  number = -1
  compared = null
  waiting = []
  forgetTexts()
}

/** True, or why stacks are not recognised. */
export function acceleration(): true | string {
  return find === null ? reason : true
}

/** Hot: in place of a capture. @returns null if the stack has to be captured. */
export function knownStack(): readonly Site[] | null {
  number = -1
  compared = null
  // Below a segment that interrupts others, the record is of a part of the stack only.
  if (find === null || segment.framesBelow > 0) return null
  const found = find()
  if (found < 0) {
    if (found === NOT_LOOKED_UP) return null
    number = ~found
    stacks[number] = null
    return null
  }
  const stack = stacks[found]
  if (stack == null) {
    number = found
    return null
  }
  if (!stack.isShared && !mayBeShared(stack)) {
    if (stack.isSpent) number = found
    return null
  }
  if (stack.isInternal && segment.mayReactionRun()) return null
  if (++known % compareEvery === 0) {
    compared = stack
    return null
  }
  noteKnown()
  return stack.sites
}

/** The stack that `knownStack()` did not know has been captured. */
export function keepStack(captured: Error): void {
  if (compared !== null) {
    compare(captured)
    return
  }
  if (number === -1 || waiting.length >= MAX_UNREAD) return
  const stack = new KnownStack(captured)
  stacks[number] = stack
  waiting[waiting.length] = stack
  number = -1
}

/** It is met for the second time: now it is worth being read. */
function mayBeShared(stack: KnownStack): boolean {
  if (stack.isRefused || stack.isSpent) return false
  if (stack.error !== null) {
    read(stack)
    // A debugger may have run code of the program's in the middle of this.
    number = -1
    compared = null
  }
  return stack.isShared
}

function read(stack: KnownStack): void {
  const { error } = stack
  if (error === null) return
  const { sites, captured } = sharedSitesOf(error)
  stack.error = null
  const running = synchronousPart(sites)
  stack.isSpent = captured === 0
  if (stack.isSpent) return
  stack.isInternal = !some(running, (site) => !site.isInternal)
  stack.isRefused = captured >= MAX_FRAMES || running.length === 0
  if (stack.isRefused) return
  stack.sites = sharedStack(running)
  settle(stack)
}

function settle(stack: KnownStack): void {
  const sites = stack.sites as readonly Site[]
  stack.isRefused = some(sites, (site) => isNamedByCode(site) === false)
  stack.isShared = every(sites, (site) => isNamedByCode(site) === true)
}

/** What a sweep reads at a time. @returns false if there is nothing more. */
export function readWaiting(): boolean {
  const stack = waiting[waiting.length - 1]
  if (stack === undefined) {
    forgetTexts()
    return false
  }
  waiting.length--
  read(stack)
  if (stack.sites === null || stack.isShared || stack.isRefused) return true
  for (let i = 0; i < stack.sites.length; i++) readNaming(stack.sites[i] as Site)
  settle(stack)
  return true
}

/** The addresses were the same: so must the places be. */
function compare(captured: Error): void {
  const stack = compared as KnownStack
  compared = null
  const now = synchronousPart(sharedSitesOf(captured).sites)
  const before = stack.sites as readonly Site[]
  if (now.length === before.length && every(now, (site, i) => isAlike(site, before[i] as Site))) return
  reset()
  reason = 'a stack was taken for another one'
  countFault(new ErrorOfRealm(reason))
}

function isAlike(a: Site, b: Site): boolean {
  return (
    a.script === b.script &&
    a.scriptHash === b.scriptHash &&
    a.line === b.line &&
    a.column === b.column &&
    (a.functionName === b.functionName || areNamedBySymbols(a, b))
  )
}

/** They are shown as the source names them. */
function areNamedBySymbols(a: Site, b: Site): boolean {
  return isNamedBySymbol(a.functionName ?? '') && isNamedBySymbol(b.functionName ?? '')
}
