/** Why a request is not answered, with the status that says so. */
export class RequestRefusal extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'RequestRefusal'
    this.status = status
    this.code = code
    this.headers = headers
  }
}
