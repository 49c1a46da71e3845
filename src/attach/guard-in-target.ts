/**
 * What closes the inspector of a process again, whatever becomes of the command that had it opened. It runs inside the
 * process and is sent there as text, as the functions of in-target.ts are.
 */

type GetBuiltin = <T>(name: string) => T

/** Our connection to the inspector, as the process itself sees it. */
export interface OwnConnection {
  /** Names the connection. */
  readonly key: string
  /** The link of one of its file descriptors; null where links are not shown (macOS, Windows). */
  readonly descriptor: number
  readonly link: string | null
  /** The process that has the other end; it is there as long as the connection, where that cannot be seen. */
  readonly commandPid: number
}

interface Guard {
  /** By the key: whether the connection is still there. */
  readonly connections: Map<string, () => boolean>
  check(afterMs: number): unknown
}

/**
 * Has the process watch our connection, and close its inspector once none of the guarded connections is left.
 *
 * It asks the kernel for the connection, or for the command's process, so a command that was killed counts as gone. The time is measured by a socket that is never
 * connected: its timer is Node's own (unref'd) in a program with fake timers too, which would never run ours and would
 * count it among the program's. The timer is set from a microtask: an evaluation can interrupt Node's own code while it
 * works on its lists of timers. Seen on Node 20 to 26.
 *
 * @param isOpener false: only if another command of ours has opened the inspector.
 * @returns whether the inspector is to be closed when we leave.
 */
export function guardInspector(
  getBuiltin: GetBuiltin,
  { key: name, descriptor, link, commandPid }: OwnConnection,
  isOpener: boolean,
): boolean {
  const inspector = getBuiltin<typeof import('node:inspector')>('inspector')
  const { close } = inspector
  const { readlinkSync } = getBuiltin<typeof import('node:fs')>('fs')
  const { Socket } = getBuiltin<typeof import('node:net')>('net')
  const key = Symbol.for('async-trace.guard')
  const known = Object.getOwnPropertyDescriptor(inspector, key)?.value as Guard | undefined
  if (known === undefined && !isOpener) return false
  const process = getBuiltin<typeof import('node:process')>('process')
  const isThere = (): boolean => {
    try {
      return link === null ? process.kill(commandPid, 0) : readlinkSync(`/proc/self/fd/${descriptor}`) === link
    } catch {
      return false
    }
  }
  const make = (): Guard => {
    const PERIOD_MS = 1_000
    const connections = new Map<string, () => boolean>()
    const clock = new Socket()
    clock.on('timeout', () => {
      for (const [each, isConnected] of connections) if (!isConnected()) connections.delete(each)
      if (connections.size > 0) {
        clock.setTimeout(PERIOD_MS)
        return
      }
      clock.setTimeout(0)
      Reflect.deleteProperty(inspector, key)
      close()
    })
    // Not `Promise`, in the place of which the program may have put another class.
    const check = async (afterMs: number) => {
      await undefined
      clock.setTimeout(afterMs)
    }
    check(PERIOD_MS)
    return { connections, check }
  }
  const guard = known ?? make()
  // If the program keeps us from looking, only our own word ends the connection.
  guard.connections.set(name, isThere() ? isThere : () => true)
  if (known === undefined) Object.defineProperty(inspector, key, { value: guard, configurable: true, writable: true })
  return true
}

/**
 * Says that our connection is about to end. The inspector is closed from a timer, after that: closing it within a call
 * of its own would wait for that call, and on Node 20 it crashes now and then while conversations with worker threads
 * are open.
 *
 * @returns how many guarded connections of others there are: with any, the inspector stays open for them.
 */
export function leaveInspector(getBuiltin: GetBuiltin, { key: name }: OwnConnection): number {
  const inspector = getBuiltin<typeof import('node:inspector')>('inspector')
  const key = Symbol.for('async-trace.guard')
  const guard = Object.getOwnPropertyDescriptor(inspector, key)?.value as Guard | undefined
  guard?.connections.delete(name)
  guard?.check(200)
  return guard?.connections.size ?? 0
}
