import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ListeningSocket } from '../operating-system/operating-system.js'
import { ownFolder } from '../operating-system/own-folder.js'
import { type ProcessFacts, startOf } from './process-facts.js'

const OPENING = 'opening'

/**
 * A file that tells the next command what an earlier one did to a process: that it was having its inspector opened, or
 * on which port that is. If the command is killed amid the former, nothing in the process closes the inspector yet, and
 * whoever comes next knows that it is nobody else's.
 */
class OpenedMark {
  readonly #file: string | null

  /** @param start when the process started, as its number may be used again. */
  constructor(pid: number, start: string) {
    const folder = ownFolder()
    this.#file = folder === null ? null : join(folder, `${pid}-${start}`)
  }

  /** A command was having the inspector opened, and has not seen to it that it closes. */
  get isOpening(): boolean {
    return this.#text?.startsWith(OPENING) === true
  }

  /** Whether a socket listens only since then: one that did before is somebody else's inspector. */
  isOpenedSince({ id }: ListeningSocket): boolean {
    const [state, ...before] = this.#text?.split(' ') ?? []
    return state === OPENING && !before.includes(id)
  }

  /** Where a command of ours has had it opened. */
  get port(): number | null {
    const text = this.#text
    return text === null || text.startsWith(OPENING) ? null : Number(text)
  }

  /** @param listening the sockets on which the process listens so far. */
  opening(listening: readonly ListeningSocket[]): void {
    // What an earlier command saw still holds, if the process has not come to open it.
    if (!this.isOpening) this.#write([OPENING, ...listening.map(({ id }) => id)].join(' '))
  }

  opened(port: number): void {
    this.#write(String(port))
  }

  remove(): void {
    this.#attempt((file) => rmSync(file, { force: true }))
  }

  get #text(): string | null {
    return this.#attempt((file) => readFileSync(file, 'latin1'))
  }

  #write(text: string): void {
    this.#attempt((file) => writeFileSync(file, text, { mode: 0o600 }))
  }

  /** A full or read-only disk is no reason to give no answer. */
  #attempt<T>(use: (file: string) => T): T | null {
    if (this.#file === null) return null
    try {
      return use(this.#file)
    } catch {
      return null
    }
  }
}

export function openedMark({ pid }: ProcessFacts): OpenedMark {
  return new OpenedMark(pid, startOf(pid))
}
