/** One function call site in a source file, in the author's own source where a source map is known. */
export interface Frame {
  /** As V8 names it; `<anonymous>` without a name; `<module>` for a module's top level. */
  readonly name: string
  /** Absolute path; null for the root task and for what no file holds. */
  readonly filename: string | null
  /** 1-based. */
  readonly line: number | null
  /** 1-based. */
  readonly column: number | null
  /**
   * The function has ended: it returned the promise that its caller now waits for. The line is that of the call whose
   * result it returned. Left out for functions that have not ended.
   */
  readonly returned?: true
}
