import { type PackedSnapshot, type PageSnapshot, unpackSnapshot } from '../format/page-snapshot.js'

/** The endpoint refused, or could not be reached. */
export class SourceError extends Error {
  readonly status: number | null

  constructor(message: string, status: number | null) {
    super(message)
    this.name = 'SourceError'
    this.status = status
  }
}

/** The snapshot in the page itself; null in a page that asks an endpoint. */
export function embeddedSnapshot(): PageSnapshot | null {
  const text = document.getElementById('snapshot')?.textContent
  return text ? unpackSnapshot(JSON.parse(text) as PackedSnapshot) : null
}

/**
 * Asks the endpoint that the page came from.
 *
 * @param heap whether it reads the heap as well, which pauses the process.
 * @throws {SourceError}
 */
export async function fetchSnapshot(token: string, heap: boolean): Promise<PageSnapshot> {
  return unpackSnapshot((await fetchJson(heap ? 'snapshot?heap=1' : 'snapshot', token)) as PackedSnapshot)
}

async function fetchJson(path: string, token: string): Promise<unknown> {
  const folder = location.pathname.endsWith('/') ? location.pathname : `${location.pathname}/`
  const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` }
  let response: Response
  try {
    response = await fetch(folder + path, { headers, cache: 'no-store', credentials: 'same-origin' })
  } catch {
    throw new SourceError('The process does not answer.', null)
  }
  const body = await response.text()
  try {
    const value = JSON.parse(body)
    if (response.ok) return value
    throw new SourceError(value?.error?.message ?? `The endpoint answered ${response.status}.`, response.status)
  } catch (error) {
    if (error instanceof SourceError) throw error
    throw new SourceError(`The endpoint answered ${response.status}, and no JSON.`, response.status)
  }
}
