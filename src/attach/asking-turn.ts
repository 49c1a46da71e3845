import { type BigIntStats, lstatSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { operatingSystem } from '../operating-system/present-system.js'
import { Refusal } from './refusal.js'

const POLL_MS = 50
const ANSWER_MS = 200

/** The right to ask a process. */
export interface AskingTurn {
  take(timeoutMs?: number): Promise<void>
  end(): void
}

/**
 * One command at a time asks a process: else the one that opened its inspector would close it amid the other's
 * questions. The turn is a local socket, which the kernel takes back however its holder ends; who connects to it is told
 * the holder's number. Where such a socket is a file (macOS), the next command removes what a killed one has left.
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
      this.#held = await heldTurn(addressOf(this.#pid))
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
    const holder = await holderOf(addressOf(this.#pid).address)
    const name = holder === null ? '' : `, process ${holder},`
    return new Refusal(
      'port-taken',
      `another async-trace${name} has been asking process ${this.#pid} for ${timeoutMs / 1000} s: stop that command, or wait longer with --timeout`,
    )
  }
}

type TurnAddress = ReturnType<ReturnType<typeof operatingSystem>['exclusiveAddress']>

function addressOf(pid: number): TurnAddress {
  return operatingSystem().exclusiveAddress(`async-trace asks process ${pid}`)
}

/** Null while another has it. */
async function heldTurn({ address, isFile }: TurnAddress): Promise<Server | null> {
  const held = await listenOn(address)
  if (held !== null || !isFile) return held
  const found = fileAt(address)
  if (found === null || (await isAnswered(address))) return null
  // Between these two steps there is no time for others: what is removed is what nobody answered.
  if (fileAt(address)?.ino === found.ino) unlinkSync(address)
  return null
}

function fileAt(path: string): BigIntStats | null {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null
}

function isAnswered(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address)
    const done = (isThere: boolean) => () => {
      socket.destroy()
      resolve(isThere)
    }
    socket
      .on('connect', done(true))
      .on('error', (error: NodeJS.ErrnoException) => done(error.code !== 'ECONNREFUSED')())
  })
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
