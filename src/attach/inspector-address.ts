import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { connect, listedTarget } from './devtools-session.js'
import { processAbout } from './in-target.js'
import type { Inspector } from './inspector.js'
import { checkNodeVersion } from './node-version.js'
import type { ProcessFacts } from './process-facts.js'
import { Refusal } from './refusal.js'
import { GET_BUILTIN, Target } from './target.js'

const HTTP_TIMEOUT_MS = 10_000

/** An inspector that is open already, wherever its process runs: on another machine, in a container, behind a forwarded port. */
export interface OpenedInspector {
  readonly facts: ProcessFacts
  readonly inspector: Inspector
}

/**
 * Connects to the inspector at an address. Nothing is asked of this machine's kernel, so this works on every platform.
 *
 * @param address `HOST:PORT`, `PORT`, or the `ws://` URL that Node.js prints when the inspector opens.
 * @throws {Refusal} that says what is in the way.
 */
export async function openAddress(address: string, timeoutMs: number): Promise<OpenedInspector> {
  const url = /^wss?:\/\//.test(address) ? address : await urlAt(address)
  const name = `the inspector at ${address}`
  const { session, close } = await connect(url, { name, whyClosed: () => `${name} closed the connection` }, timeoutMs)
  try {
    const target = new Target(session)
    const getBuiltin = await target.handleOf(GET_BUILTIN)
    const { pid, args, cwd } = await target.runForValue<Omit<ProcessFacts, 'innerPid'>>(getBuiltin, processAbout)
    const nodeVersion = await checkNodeVersion(target, getBuiltin)
    // Whether another debugger is connected cannot be seen from here.
    const leave = async () => {
      close()
      return true
    }
    const inspector = { session, nodeVersion, hasOthers: () => true, leave }
    return { facts: { pid, innerPid: pid, args, cwd }, inspector }
  } catch (error) {
    close()
    throw error
  }
}

/** Of the first target that is listed there. Source: nodejs.org/api/cli.html#--inspecthostport */
async function urlAt(address: string): Promise<string> {
  const [, bracketed, plain, port] = /^(?:https?:\/\/)?(?:(?:\[([^\]]+)\]|([^:/]+)):)?(\d+)\/?$/.exec(address) ?? []
  if (port === undefined) throw new Refusal('not-found', `--inspect takes HOST:PORT or a ws:// URL, not ${address}`)
  if (Number(port) < 1 || Number(port) > 65_535)
    throw new Refusal('not-found', `--inspect ${address}: a port is a number from 1 to 65535`)
  const host = await numericHost(bracketed ?? plain ?? '127.0.0.1')
  const base = `${host.includes(':') ? `[${host}]` : host}:${port}`
  let id: string | null
  try {
    id = await listedTarget(base, HTTP_TIMEOUT_MS)
  } catch (error) {
    throw new Refusal('no-answer', `no inspector answers at ${address}: ${reasonOf(error)}`)
  }
  if (id === null) {
    throw new Refusal('not-node', `what answers at ${address} is not the inspector of Node.js: it lists no target`)
  }
  return `ws://${base}/${id}`
}

/** Node.js refuses host names other than `localhost` (DNS rebinding). */
async function numericHost(host: string): Promise<string> {
  if (isIP(host) !== 0) return host
  try {
    return (await lookup(host)).address
  } catch {
    throw new Refusal('not-found', `there is no host named ${host}`)
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return (code !== undefined && REASONS[code]) || message
}

/** What the system's names mean. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was closed',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'the machine cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
}
