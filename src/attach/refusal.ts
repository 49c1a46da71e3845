/** Why a process was not asked, or did not answer. */
export type RefusalReason =
  | 'not-found'
  | 'not-allowed'
  | 'not-node'
  | 'not-snapshot'
  | 'blocked'
  | 'in-native-code'
  | 'runs-others'
  | 'port-taken'
  | 'too-costly'
  | 'gone'
  | 'no-answer'

/** A clear refusal: one line that names the process, what is in the way, and the remedy. */
export class Refusal extends Error {
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, message: string) {
    super(message)
    this.name = 'Refusal'
    this.reason = reason
  }
}
