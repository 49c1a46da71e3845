/** One function call site in a source file, in the author's own source where a source map is known. */
export interface Frame {
  /** As V8 names it, or the source where V8 keeps nothing of the function; `<anonymous>` without a name; `<module>` for a module's top level. */
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

/** The innermost frame whose file is known, else the innermost one. @param frames outermost first. */
export function innermostInFile<F extends Frame>(frames: readonly F[]): F | null {
  return frames.findLast(({ filename }) => filename !== null) ?? frames.at(-1) ?? null
}

/** `:12:3`, or as much of it as is known. */
export function positionText({ line, column }: Pick<Frame, 'line' | 'column'>): string {
  if (line === null) return ''
  return column === null ? `:${line}` : `:${line}:${column}`
}
