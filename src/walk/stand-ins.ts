/** For promises that are known by their nodes in the heap only: nothing can be asked of them. */
const all = new WeakSet<object>()

export function standIn(): object {
  const made = {}
  all.add(made)
  return made
}

export function isStandIn(object: object): boolean {
  return all.has(object)
}
