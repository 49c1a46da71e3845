import { internalBinding } from './internal-binding.js'

/**
 * Node 20 and 22 report every promise to a listener of `async_hooks`, give it two ids and run its own
 * hooks beside ours: half as much again for each await, for events that we do not use. Their promise hooks
 * can be set directly, as Node itself sets them (`internal/promise_hooks`, Node 16 to 22). Node sets them
 * anew, with ours and everybody's, as soon as anybody else switches hooks or `AsyncLocalStorage` on: then
 * all is as the public API has it. It is done only where nobody had any hook before.
 */
interface AsyncWrapBinding {
  readonly async_hook_fields: Uint32Array
  readonly constants: { readonly kTotals: number }
  getPromiseHooks(): readonly unknown[]
  setPromiseHooks(init: unknown, before: unknown, after: unknown, settled: unknown): void
}

type Handlers = readonly [init: unknown, before: unknown, after: unknown, settled: unknown]

const isConcerned = /^v2[02]\./.test(process.version)
/** The counts of our own listener: only `init`. */
const OUR_HOOKS = 1

/** Whether nobody listens to promises or resources yet. To be asked before we do. */
export function nobodyListens(): boolean {
  const binding = asyncWrap()
  if (binding === null) return false
  const { async_hook_fields: fields, constants } = binding
  return fields[constants.kTotals] === 0 && binding.getPromiseHooks().every((hook) => hook === undefined)
}

/** Leaves only these handlers. Node's own order of events is kept. */
export function setPromiseHooksDirectly(handlers: Handlers): void {
  const binding = asyncWrap()
  if (binding === null || binding.async_hook_fields[binding.constants.kTotals] !== OUR_HOOKS) return
  binding.setPromiseHooks(...handlers)
}

function asyncWrap(): AsyncWrapBinding | null {
  if (!isConcerned) return null
  const binding = internalBinding('async_wrap') as AsyncWrapBinding | null
  const isKnown = typeof binding?.getPromiseHooks === 'function' && typeof binding.constants?.kTotals === 'number'
  return isKnown ? binding : null
}
