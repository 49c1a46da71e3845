import { nodeVersion } from './in-target.js'
import { Refusal } from './refusal.js'
import type { Target } from './target.js'

const OLDEST = 20

/** @returns the version, without a `v`. @throws {Refusal} if the process runs a Node.js that lacks what it would be asked with. */
export async function checkNodeVersion(target: Target, getBuiltin: string): Promise<string> {
  const version = await target.runForValue<string>(getBuiltin, nodeVersion)
  if (Number.parseInt(version, 10) >= OLDEST) return version
  throw new Refusal('blocked', `the process runs Node.js ${version}; async-trace asks Node.js ${OLDEST} and later`)
}
