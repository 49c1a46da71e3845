/**
 * Node's internal modules, as far as `process.binding` gives them (Node 20 to 26). Its use is deprecated, and the program
 * is not to hear of that.
 *
 * @returns null where Node refuses, for example under the permission model.
 */
export function internalBinding(name: string): object | null {
  const warning = warningProcess()
  const before = Object.getOwnPropertyDescriptor(warning, 'noDeprecation')
  try {
    Object.defineProperty(warning, 'noDeprecation', {
      value: true,
      configurable: true,
      writable: true,
      enumerable: true,
    })
    return (process as unknown as { binding(name: string): object }).binding(name)
  } catch {
    return null
  } finally {
    if (before === undefined) delete (warning as { noDeprecation?: unknown }).noDeprecation
    else Object.defineProperty(warning, 'noDeprecation', before)
  }
}

/**
 * The `process` by which Node decides whether it warns. In a context of `vm`, `process` may be a copy, as in jest, whose
 * functions are Node's own and ask the original.
 */
function warningProcess(): object {
  const { binding } = process as unknown as { binding?: object }
  const FunctionOfNode = binding?.constructor
  if (typeof FunctionOfNode !== 'function' || FunctionOfNode === Function) return process
  try {
    return (FunctionOfNode as FunctionConstructor)('return process')()
  } catch {
    return process
  }
}
