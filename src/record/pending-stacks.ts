import { sitesOf } from '../engine/call-sites.js'
import { CapturedStack, MAX_FRAMES } from './origin.js'

/**
 * A raw stack keeps its functions and receivers alive. So the stacks of work that is still pending after
 * half a second are turned into plain places by a slow sweep. This list is how the sweep finds them: a
 * stack enters it at its capture and leaves it when its work resumes. It holds no promise.
 */
const PENDING_MS = 500
const SWEEP_EVERY_MS = 250
/** While much is waiting to be read, a quarter of the time at most. */
const SWEEP_BUDGET_MS = 5
const SWEEP_PAUSE_MS = 15
/** Between two looks at the clock. */
const SWEEP_STEP = 16

const now = performance.now.bind(performance)
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis

/** The list's two ends: `ends.newer` is the oldest stack, `ends.older` the newest. */
const ends = new CapturedStack(null, 0)
ends.newer = ends
ends.older = ends

let sweeper: NodeJS.Timeout | null = null

/** Hot: once a capture, and once an await that shares a stack. */
export function addPending(stack: CapturedStack): void {
  const newest = ends.older as CapturedStack
  stack.older = newest
  stack.newer = ends
  newest.newer = stack
  ends.older = stack
}

/** Hot: once a resumption. */
export function removePending(stack: CapturedStack): void {
  const { newer, older } = stack
  if (newer === null || older === null) return
  older.newer = newer
  newer.older = older
  stack.newer = null
  stack.older = null
}

/** The places of a stack; the raw stack, with all that it kept alive, is let go. */
export function readStack(stack: CapturedStack): NonNullable<CapturedStack['sites']> {
  if (stack.error !== null) {
    const { sites, captured } = sitesOf(stack.error)
    stack.error = null
    stack.sites = sites
    stack.isCutOff = captured === MAX_FRAMES && sites.at(-1)?.isAwaiting === false
  }
  return stack.sites ?? []
}

export function startSweeping(): void {
  sweeper ??= startTimer(sweep, SWEEP_EVERY_MS)
  sweeper.unref()
}

/** Also lets every listed raw stack go. */
export function stopSweeping(): void {
  if (sweeper !== null) stopTimer(sweeper)
  sweeper = null
  for (let stack = ends.newer as CapturedStack; stack !== ends; stack = ends.newer as CapturedStack) {
    removePending(stack)
    stack.error = null
  }
}

function sweep(): void {
  const pauseMs = sweepOnce() ? SWEEP_EVERY_MS : SWEEP_PAUSE_MS
  sweeper = startTimer(sweep, pauseMs)
  sweeper.unref()
}

/** @returns true where nothing old is left. */
function sweepOnce(): boolean {
  const startedMs = now()
  for (let count = 1; ; count++) {
    const oldest = ends.newer as CapturedStack
    if (oldest === ends || startedMs - oldest.atMs < PENDING_MS) return true
    removePending(oldest)
    try {
      readStack(oldest)
    } catch {
      oldest.error = null
    }
    if (count % SWEEP_STEP === 0 && now() - startedMs > SWEEP_BUDGET_MS) return false
  }
}
