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
    process.stderr.write(`async-trace: ${printableLines(text)}\n`)
  }

  readonly end = (): void => {
    if (this.#last !== '') process.stderr.write('\r\x1b[K')
    this.#last = ''
  }
}
