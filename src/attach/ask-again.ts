import { setTimeout as sleep } from 'node:timers/promises'

const RETRY_MS = 5

/**
 * Some things a thread can tell only while it runs none of Node's own code, and it is interrupted anywhere.
 *
 * @param ask answers null where it cannot be told just then.
 * @returns null where it could not be told in all those tries.
 */
export async function askAgain<T>(tries: number, ask: () => Promise<T | null>): Promise<T | null> {
  for (let left = tries; left > 0; left--) {
    const answer = await ask()
    if (answer !== null) return answer
    await sleep(RETRY_MS)
  }
  return null
}
