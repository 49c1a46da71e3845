/**
 * A method on a computed key is named by its key in the source: `[kRun]`. V8 names it by the symbol's description, which each closure of
 * the same code may have another of.
 */

/** The text from the beginning of a method on, as a call site has it. */
export const COMPUTED_METHOD = /^(?:async\b\s*|\*\s*)*(\[\s*[\w$.]+\s*\])\s*\(/
/** The text before the parameters of a method: there it begins as a heap has it. */
export const BEFORE_PARAMETERS = /(\[\s*[\w$.]+\s*\])\s*$/

/** Whether V8 has named a function by a symbol. */
export function isNamedBySymbol(functionName: string): boolean {
  return functionName[0] === '[' && functionName[functionName.length - 1] === ']'
}
