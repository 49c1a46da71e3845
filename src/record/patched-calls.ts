/** Inside the original of a patched function. */
let inPatchedCall = false

/** A patched function calls the original, which may announce the same resource. For `endPatchedCall`. */
export function beginPatchedCall(): boolean {
  const outer = inPatchedCall
  inPatchedCall = true
  return outer
}

export function endPatchedCall(outer: boolean): void {
  inPatchedCall = outer
}

export function isPatchedCall(): boolean {
  return inPatchedCall
}
