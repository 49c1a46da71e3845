import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import WebSocket from 'ws'
import { isAlive } from './process-facts.js'
import { Refusal } from './refusal.js'

type Parameters = Readonly<Record<string, unknown>>
type Listener = (params: never) => void

/** One conversation in the DevTools protocol, with a thread of the process. Source: the protocol's v8 part. */
export interface DevToolsSession {
  /** @throws {Refusal} when the process goes away or does not answer in time; {ProtocolError} when it says no. */
  call<T = unknown>(method: string, params?: Parameters, timeoutMs?: number): Promise<T>
  /** @returns what ends the listening. */
  on(event: string, listener: (params: never) => void): () => void
}

/** The process's own answer that it will not do what was asked. */
export class ProtocolError extends Error {}

interface Pending {
  resolve(result: never): void
  reject(error: Error): void
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** Numbers calls, and gives each its answer. What carries the messages is the caller's. */
export class MessageSession implements DevToolsSession {
  readonly #send: (text: string) => void
  readonly #pending = new Map<number, Pending>()
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #timeoutMs: number
  #lastId = 0
  #ended: Error | null = null

  constructor(send: (text: string) => void, timeoutMs: number) {
    this.#send = send
    this.#timeoutMs = timeoutMs
  }

  call<T>(method: string, params: Parameters = {}, timeoutMs = this.#timeoutMs): Promise<T> {
    if (this.#ended !== null) return Promise.reject(this.#ended)
    const id = ++this.#lastId
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id)
        reject(
          new Refusal('no-answer', `no answer to ${method} within ${timeoutMs} ms (--timeout SECONDS allows more)`),
        )
      }, timeoutMs)
      // The socket keeps us alive; a worker's unanswered call must not, once that is closed.
      timer.unref()
      const settled = () => {
        clearTimeout(timer)
        this.#pending.delete(id)
      }
      this.#pending.set(id, {
        resolve: (result) => {
          settled()
          resolve(result)
        },
        reject: (error) => {
          settled()
          reject(error)
        },
      })
      this.#send(JSON.stringify({ id, method, params }))
    })
  }

  on(event: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  receive(text: string): void {
    const message = JSON.parse(text) as Message
    if (message.id === undefined) {
      for (const listener of this.#listeners.get(message.method ?? '') ?? []) listener(message.params as never)
      return
    }
    const pending = this.#pending.get(message.id)
    if (message.error === undefined) pending?.resolve(message.result as never)
    else pending?.reject(new ProtocolError(message.error.message))
  }

  end(reason: Error): void {
    this.#ended ??= reason
    for (const { reject } of [...this.#pending.values()]) reject(reason)
  }
}

/** A session over a WebSocket, and the port that we speak from. */
export interface Connection {
  readonly session: DevToolsSession
  readonly ourPort: number
  close(): void
}

/** A process that ends closes its sockets first. */
export const DEATH_MS = 100

/**
 * The id of the first target that an inspector lists; null if something else answers. The answer is no JSON if the title of the
 * process or the path of its script has a control character, which Node.js writes as it is; the id comes before both. Seen on
 * Node 20 to 26.
 *
 * @param base `127.0.0.1:9229`.
 * @throws {Error} if nothing answers in time.
 */
export async function listedTarget(base: string, timeoutMs: number): Promise<string | null> {
  const text = await pageAt(`http://${base}/json/list`, timeoutMs)
  return /^ *"id": "([\w-]+)",?$/m.exec(text)?.[1] ?? null
}

/** Not by `fetch`, which refuses some ports: an inspector may be on any. */
function pageAt(url: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const request = get(url, { agent: false, signal, headers: { connection: 'close' } }, (response) => {
      text(response).then(resolve, reject)
    })
    request.on('error', (error) =>
      reject(signal.aborted ? new Error(`no answer within ${timeoutMs / 1_000} s`) : error),
    )
  })
}

/** The other end of a connection, in words. */
export interface ConnectedTo {
  readonly name: string
  whyClosed(): string
}

export function inspectorOf(pid: number): ConnectedTo {
  return {
    name: `the inspector of process ${pid}`,
    whyClosed: () =>
      isAlive(pid)
        ? `the inspector of process ${pid} was closed while it was asked, by the program or by who had opened it: ask again`
        : `process ${pid} went away`,
  }
}

export function connect(url: string, other: ConnectedTo, timeoutMs: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 0, handshakeTimeout: timeoutMs })
    let ourPort = 0
    const session = new MessageSession((text) => socket.send(text), timeoutMs)
    socket.on('upgrade', (response) => {
      ourPort = response.socket.localPort ?? 0
    })
    let isLeaving = false
    const close = () => {
      isLeaving = true
      socket.close()
    }
    socket.on('open', () => resolve({ session, ourPort, close }))
    socket.on('message', (bytes) => session.receive(bytes.toString()))
    socket.on('close', () => {
      if (isLeaving) session.end(new Refusal('gone', `left ${other.name}`))
      else setTimeout(() => session.end(new Refusal('gone', other.whyClosed())), DEATH_MS)
    })
    socket.on('error', (error) => {
      reject(new Refusal('no-answer', `cannot reach ${other.name}: ${error.message}`))
    })
  })
}
