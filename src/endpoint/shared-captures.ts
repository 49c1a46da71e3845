/**
 * Captures for many who ask at once: requests that come while one is under way get what it gives, so that a crowd of
 * them pauses the process once; and after each, the process has as long for itself as it stood still.
 */
export class SharedCaptures {
  #restUntilMs = 0

  /** A capture begins in a turn of its own, when what the request has run is over: none of it is in the picture. */
  of<T>(capture: () => Promise<T>): () => Promise<T> {
    return shareWhileUnderWay(
      () =>
        new Promise<T>((resolve, reject) => {
          const begin = () => {
            // Another kind of capture may have begun since.
            const restMs = this.#restUntilMs - performance.now()
            if (restMs > 0) return setTimeout(begin, restMs)
            try {
              resolve(this.#timed(capture))
            } catch (error) {
              reject(error)
            }
          }
          setImmediate(begin)
        }),
    )
  }

  #timed<T>(capture: () => Promise<T>): Promise<T> {
    const startedMs = performance.now()
    try {
      return capture()
    } finally {
      const endedMs = performance.now()
      this.#restUntilMs = endedMs + (endedMs - startedMs)
    }
  }
}

/** Who asks while an answer is being made gets the same. */
export function shareWhileUnderWay<T>(make: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null
  const done = () => {
    underWay = null
  }
  return () => {
    if (underWay !== null) return underWay
    underWay = make()
    underWay.then(done, done)
    return underWay
  }
}
