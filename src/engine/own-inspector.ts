import type { Session } from 'node:inspector'

/**
 * V8's inspector in this thread, for one question. It answers synchronously (Node 20 to 26), and sees no
 * more of us than a session that has enabled nothing. Source: chromedevtools.github.io/devtools-protocol
 */
export class OwnInspector {
  readonly #session: Session

  constructor() {
    // Node can be built without it: then only dumps fail.
    const inspector = process.getBuiltinModule('node:inspector')
    this.#session = new inspector.Session()
    this.#session.connect()
  }

  post<T>(method: string, params: object): T {
    let answer: unknown
    let fault: unknown = null
    this.#session.post(method, params, (error, result) => {
      fault = error
      answer = result
    })
    if (fault !== null) throw fault
    return answer as T
  }

  /** For a command that V8 may carry out later. */
  ask(method: string, done: (error: Error | null) => void): void {
    this.#session.post(method, {}, done)
  }

  /** @param listener is called while a question is answered. */
  on<T>(event: string, listener: (params: T) => void): void {
    this.#session.on(event, ({ params }: { params: T }) => listener(params))
  }

  close(): void {
    this.#session.disconnect()
  }
}
