import type { Resource } from './resource.js'

/** Without the pipes of child processes that are among them: those are open as long as the child process lives. */
export function withoutPipesOfChildren<T>(items: readonly T[], resourceOf: (item: T) => Resource | null): T[] {
  const pids = new Set<number>()
  for (const item of items) {
    const resource = resourceOf(item)
    if (resource?.kind === 'child process' && resource.stream === null && resource.pid !== null) pids.add(resource.pid)
  }
  return items.filter((item) => {
    const resource = resourceOf(item)
    return resource?.kind !== 'child process' || resource.stream === null || !pids.has(resource.pid ?? 0)
  })
}
