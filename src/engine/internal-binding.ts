/**
 * Node's internal modules, as far as `process.binding` gives them (Node 20 to 26). Its use is deprecated, and the program
 * is not to hear of that.
 *
 * @returns null where Node refuses, for example under the permission model.
 */
export function internalBinding(name: string): object | null {
  const before = Object.getOwnPropertyDescriptor(process, 'noDeprecation')
  try {
    Object.defineProperty(process, 'noDeprecation', {
      value: true,
      configurable: true,
      writable: true,
      enumerable: true,
    })
    return (process as unknown as { binding(name: string): object }).binding(name)
  } catch {
    return null
  } finally {
    if (before === undefined) delete (process as { noDeprecation?: unknown }).noDeprecation
    else Object.defineProperty(process, 'noDeprecation', before)
  }
}
