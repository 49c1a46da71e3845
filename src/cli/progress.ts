import { printable, printableLines } from '../format/printable.js'

/** Says on stderr what is being done, on one line that is gone when it is done; nothing unless it is a terminal. */
export class Progress {
  readonly #isShown = process.stderr.isTTY === true
  #last = ''

  readonly step = (text: string): void => {
    if (!this.#isShown) return
    this.#last = `async-trace: ${printable(text)} …`
    process.stderr.write(`\r\x1b[K${this.#last}`)
  }

  readonly notice = (text: string): void => {
    this.end()
    note(text)
  }

  readonly end = (): void => {
    if (this.#last !== '') process.stderr.write('\r\x1b[K')
    this.#last = ''
  }
}

/** What a person should know of besides the answer: on stderr, and not to be taken for an error. */
export function note(text: string): void {
  process.stderr.write(`note: ${printableLines(text)}\n`)
}
