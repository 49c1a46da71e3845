import type { ReadResource } from '../engine/read-resources.js'
import type { EmitterState } from '../model/resource.js'
import { descriptorsOf, holdersOfAll } from '../operating-system/descriptors.js'

/** The state of an emitter of this process, with the other processes that have the pipes of a child which has exited. */
export function withPipeHolders({ state, openDescriptors }: ReadResource): EmitterState | null {
  if (state?.kind !== 'exited') return state
  return { ...state, heldBy: holdersOfAll(descriptorsOf('self'), openDescriptors) }
}
