// A heap of a few objects, made by hand.
export class HandMadeHeap {
  /** How often retainers were looked up. */
  passes = 0
  #nodes = []
  #edges = []

  /** @returns the node. */
  add(type, name = '') {
    return this.#nodes.push({ type, name }) - 1
  }

  link(from, type, name, to) {
    this.#edges.push({ from, type, name, to })
  }

  /** A function of the program in a scope. */
  addFunction(name, scope) {
    const fn = this.add('closure', name)
    const script = this.add('hidden', 'system / Script')
    const shared = this.add('hidden', 'system / SharedFunctionInfo')
    this.link(fn, 'internal', 'context', scope)
    this.link(fn, 'internal', 'shared', shared)
    this.link(shared, 'internal', 'script', script)
    this.link(script, 'internal', 'name', this.add('string', 'file:///app.mjs'))
    return fn
  }

  /** A scope within a function's, with what a call of that function has in a variable. */
  addScope(outer, variable, held) {
    const scope = this.add('object', 'system / Context')
    this.link(scope, 'internal', 'previous', outer)
    this.link(scope, 'context', variable, held)
    return scope
  }

  /** A function of V8's own, with what its context has in it. */
  addBuiltin(builtin, ...held) {
    const fn = this.add('closure')
    const context = this.add('object', 'system / Context')
    this.link(fn, 'internal', 'code', this.add('code', `(${builtin} builtin code)`))
    this.link(fn, 'internal', 'context', context)
    held.forEach((each, i) => {
      this.link(context, 'hidden', String(i), each)
    })
    return fn
  }

  /** What is to be done once a promise is settled, and what that settles; several are in a row. */
  addReaction(promise, handlers, derived) {
    const reaction = this.add('hidden', 'system / PromiseReaction')
    handlers.forEach((handler, i) => {
      this.link(reaction, 'hidden', String(i), handler)
    })
    if (derived !== undefined) this.link(reaction, 'hidden', '9', derived)
    const next = this.child(promise, 'reactions_or_result')
    if (next === -1) this.link(promise, 'internal', 'reactions_or_result', reaction)
    else this.link(this.#lastReaction(next), 'hidden', '8', reaction)
    return reaction
  }

  #lastReaction(first) {
    const next = this.edges(first).find(({ node }) => this.nameOf(node) === 'system / PromiseReaction')
    return next === undefined ? first : this.#lastReaction(next.node)
  }

  nameOf(node) {
    return this.#nodes[node]?.name ?? ''
  }
  typeOf(node) {
    return this.#nodes[node]?.type ?? ''
  }
  idOf(node) {
    return node
  }
  locationOf() {
    return null
  }
  scriptUrlOf() {
    return ''
  }
  child(node, name) {
    return this.#edges.find((edge) => edge.from === node && edge.name === name)?.to ?? -1
  }
  edges(node) {
    return this.#edges.filter(({ from }) => from === node).map(({ type, name, to }) => ({ type, name, node: to }))
  }
  retainersOf(nodes) {
    this.passes++
    const retainersOf = (node) =>
      this.#edges.filter(({ to }) => to === node).map(({ type, name, from }) => ({ type, name, node: from }))
    return new Map([...nodes].map((node) => [node, retainersOf(node)]))
  }
  isPromise(node) {
    return this.nameOf(node) === 'Promise'
  }
  *awaitedPromises() {
    for (const { from, name, to } of this.#edges) {
      if (name === 'reactions_or_result') yield { promise: from, reaction: to }
    }
  }
  *closuresOf(builtin) {
    for (const node of this.#nodes.keys()) if (builtin.test(this.builtinOf(node))) yield node
  }
  builtinOf(closure) {
    return /^\((\w+) builtin code\)$/.exec(this.nameOf(this.child(closure, 'code')))?.[1] ?? ''
  }
}
