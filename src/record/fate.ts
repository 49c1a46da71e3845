import type { Site } from '../engine/site.js'
import { epoch } from './epoch.js'

/** What has become of a function. Its origin holds it, and V8's registry once that is gone. */
export class Fate {
  /** Of an earlier epoch, how it went on was not seen. */
  readonly epoch = epoch
  /** The function, at the place where it awaited when its stack was captured; null where its origin is not watched. */
  readonly site: Site | null
  /** That of the function that awaits this call. */
  readonly caller: Fate | null
  isSuspended = false
  /** It was resumed since its stack was captured: where it awaits now is not known. */
  hasMoved = false
  isCounted = false
  /** What it awaits is lost itself, and stands for both. */
  isBehindLost = false

  constructor(site: Site | null, caller: Fate | null) {
    this.site = site
    this.caller = caller
  }
}
