import { isUsers } from './functions.js'
import { type HeapView, NONE } from './heap-view.js'
import { isShown } from './holder-kinds.js'
import { type Climbed, type ClimbStep, stepsBelow } from './retainer-climb.js'
import type { Asking } from './retainers.js'

const MOST_PARTS = 2

/** A scope, and the variable of it that leads down. */
export interface VariableStep extends ClimbStep {
  readonly variable: string
}

export function isVariableStep(step: ClimbStep): step is VariableStep {
  return step.variable !== null
}

/**
 * `.waiters`: the properties that lead from a variable down, as far as the script writes their names; not the place in a list,
 * which changes. Other keys of plain objects are values of the program's, and may be secrets.
 *
 * @param waiting a function that waits for what is held there, or `NONE`: nothing tells the script of a module that exports a variable.
 */
export function* pathBelowVariable(
  { heap, retainers, scopeUse }: Climbed,
  scope: VariableStep,
  waiting: number,
): Asking<string> {
  const names = propertiesBelow(heap, scope)
  if (names.length === 0) return ''
  const ofScope = (yield* retainers.of(scope.node)).map(({ node }) => node)
  const user = [...ofScope, waiting].find((node) => heap.typeOf(node) === 'closure' && isUsers(heap, node)) ?? NONE
  const script = user === NONE ? NONE : (heap.locationOf(user)?.scriptId ?? NONE)
  const unwritten = names.findIndex((name) => !isShown(name) || !scopeUse.isPropertyIn(script, name))
  return names
    .slice(0, unwritten === -1 ? MOST_PARTS : Math.min(unwritten, MOST_PARTS))
    .map((name) => `.${name}`)
    .join('')
}

/** Of plain objects, up to the first thing of another kind that has a name of its own. A method stores nothing. */
function propertiesBelow(heap: HeapView, scope: VariableStep): string[] {
  const names: string[] = []
  for (const { node, below, edge, variable } of stepsBelow(scope)) {
    // A scope, or one around it.
    if (variable !== null) continue
    if (edge === null || below === null || [node, below.node].some((each) => heap.typeOf(each) === 'closure')) break
    if (edge.type === 'property') names.push(edge.name)
  }
  return names
}
