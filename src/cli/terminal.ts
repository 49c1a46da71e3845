import { writeSync } from 'node:fs'
import { emitKeypressEvents } from 'node:readline'

/** A key as a person knows it: `q`, `up`, `return`, `escape`; with its character where it types one. */
export interface Key {
  readonly name: string
  readonly character: string
  readonly ctrl: boolean
}

const ENTER = '\x1b[?1049h\x1b[?25l'
const LEAVE = '\x1b[?25h\x1b[?1049l'

/** The whole screen of a terminal, lent for a while: put back on any exit, an uncaught error's too. */
export class Terminal {
  #isOpen = false

  readonly #restore = (): void => {
    if (!this.#isOpen) return
    this.#isOpen = false
    try {
      process.stdin.setRawMode(false)
      writeSync(process.stdout.fd, LEAVE)
    } catch {
      // The terminal is gone: there is nothing to put back.
    }
  }

  open(onKey: (key: Key) => void, onResize: () => void): void {
    this.#isOpen = true
    process.on('exit', this.#restore)
    writeSync(process.stdout.fd, ENTER)
    process.stdin.setRawMode(true)
    emitKeypressEvents(process.stdin)
    process.stdin.on('keypress', (character: string | undefined, key: { name?: string; ctrl?: boolean }) => {
      onKey({ name: key.name ?? character ?? '', character: character ?? '', ctrl: key.ctrl === true })
    })
    process.stdin.resume()
    process.stdout.on('resize', onResize)
  }

  draw(lines: readonly string[]): void {
    if (this.#isOpen) process.stdout.write(`\x1b[H${lines.map((line) => `\x1b[K${line}`).join('\r\n')}\x1b[J`)
  }

  close(): void {
    this.#restore()
    process.off('exit', this.#restore)
    process.stdin.pause()
  }

  get columns(): number {
    return process.stdout.columns || 80
  }

  get rows(): number {
    return process.stdout.rows || 24
  }
}
