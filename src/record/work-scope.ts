import { Origin } from './origin.js'
import type { Wait } from './wait.js'

/** A part of the program whose work is told from all other work: a test with its hooks, or the hooks of a file. */
export class WorkScope {
  readonly name: string
  /**
   * The wait of the function that was run last. It holds all that the function waits for: nothing else may hold a test
   * that hangs, and a collection would take it away before anybody asks.
   */
  held: Wait | null = null
  /** The wait of that function if it awaits something itself. */
  awaits: Wait | null = null

  constructor(name: string) {
    this.name = name
  }
}

const FOLD_AFTER = 64

/** Stands in a chain where the work of a scope begins. It adds nothing to a path. */
class ScopedOrigin extends Origin {
  readonly scope: WorkScope

  constructor(parent: Origin | null, scope: WorkScope, epoch: number) {
    super(null, 0, parent, 'async', epoch, parent?.foldIn ?? FOLD_AFTER)
    this.scope = scope
  }
}

export function originOfScope(parent: Origin | null, scope: WorkScope, epoch: number): Origin {
  return new ScopedOrigin(parent, scope, epoch)
}

/** The innermost scope that a piece of work was begun in; null for none. */
export function scopeOf(origin: Origin | null): WorkScope | null {
  for (let each = origin; each !== null; each = each.parent) if (each instanceof ScopedOrigin) return each.scope
  return null
}

/** What stands for a chain that was folded is of the same scope. */
export function keepScope(folded: Origin, newest: Origin, epoch: number): Origin {
  const scope = scopeOf(newest)
  return scope === null || scopeOf(folded) === scope ? folded : new ScopedOrigin(folded, scope, epoch)
}
