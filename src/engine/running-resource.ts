import { executionAsyncResource } from 'node:async_hooks'
import { internalBinding } from './internal-binding.js'

interface AsyncWrapBinding {
  readonly async_hook_fields: Uint32Array
  readonly constants: { readonly kUsesExecutionAsyncResource: number }
}

const ask = executionAsyncResource
const binding = /^v2[02]\./.test(process.version) ? (internalBinding('async_wrap') as AsyncWrapBinding | null) : null
const at = binding?.constants?.kUsesExecutionAsyncResource
/** Node's own switches of `async_hooks`; null if they cannot be reached. */
const fields =
  typeof at === 'number' && binding?.async_hook_fields instanceof Uint32Array ? binding.async_hook_fields : null

/**
 * The resource whose callback runs. Once somebody has called `executionAsyncResource()`, Node.js 20 to 26 run every native
 * callback through a JavaScript function of their own, `callbackTrampoline`: it is in the stacks of the program, and up to
 * Node 24 it calls `Function.prototype.apply` as the program may have replaced it. It only makes this function faster. On
 * 20 and 22 the switch is put back; later versions do not let us reach it.
 */
export function runningResource(): object {
  if (fields === null) return ask()
  const before = fields[at as number] as number
  const resource = ask()
  fields[at as number] = before
  return resource
}
