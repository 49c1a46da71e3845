import { connect, createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Refusal } from './refusal.js'

const POLL_MS = 50
const ANSWER_MS = 200
/** The whole of a socket's address: Node 20 pads shorter names with zeros, later ones do not (20 to 26). */
const NAME_LENGTH = 107

/** The right to ask a process. */
export interface AskingTurn {
  take(timeoutMs?: number): Promise<void>
  end(): void
}

/**
 * One command at a time asks a process: else the one that opened its inspector would close it amid the other's
 * questions. The turn is a socket without a file, which the kernel takes back however its holder ends; who connects
 * to it is told the holder's number.
 */
export class Turn implements AskingTurn {
  readonly #pid: number
  readonly #timeoutMs: number
  readonly #onWait: (step: string) => void
  #held: Server | null = null

  constructor(pid: number, timeoutMs: number, onWait: (step: string) => void) {
    this.#pid = pid
    this.#timeoutMs = timeoutMs
    this.#onWait = onWait
  }

  /** Waits until no other command asks the process; does nothing where the turn is ours. @throws {Refusal} */
  async take(timeoutMs = this.#timeoutMs): Promise<void> {
    const endsAt = Date.now() + timeoutMs
    for (let isTold = false; this.#held === null; await sleep(POLL_MS)) {
      this.#held = await listenOn(addressOf(this.#pid))
      if (this.#held !== null) return
      if (!isTold) this.#onWait(`waiting for another async-trace that asks process ${this.#pid}`)
      isTold = true
      if (Date.now() >= endsAt) throw await this.#refusal(timeoutMs)
    }
  }

  end(): void {
    this.#held?.close()
    this.#held = null
  }

  async #refusal(timeoutMs: number): Promise<Refusal> {
    const holder = await holderOf(addressOf(this.#pid))
    const name = holder === null ? '' : `, process ${holder},`
    return new Refusal(
      'port-taken',
      `another async-trace${name} has been asking process ${this.#pid} for ${timeoutMs / 1000} s: end that one, or let this one wait longer with --timeout`,
    )
  }
}

function addressOf(pid: number): string {
  return `\0${`async-trace asks process ${pid} `.padEnd(NAME_LENGTH, '.')}`
}

function listenOn(address: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.on('error', () => {}).end(String(process.pid))).unref()
    server.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)))
    server.listen(address, () => resolve(server))
  })
}

/** The number that the holder says; null where it says none. */
function holderOf(address: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(address).setEncoding('latin1').setTimeout(ANSWER_MS)
    let said = ''
    const done = () => {
      socket.destroy()
      resolve(/^[1-9]\d{0,9}$/.test(said) ? said : null)
    }
    socket.on('data', (text) => {
      said += text
      if (said.length > 10) done()
    })
    for (const event of ['end', 'timeout', 'error'] as const) socket.on(event, done)
  })
}
