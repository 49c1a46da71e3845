import { getBuiltinModule } from './node-primordials.js'

/** A module of Node's that is loaded when it is needed (Node 20.16 and later): some take milliseconds. */
export function builtinModule<T = object>(name: string): T {
  return getBuiltinModule(name) as T
}
