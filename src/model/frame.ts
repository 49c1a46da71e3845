/** A call site in a source file: in the original source if there is a source map. */
export interface Frame {
  /** The name V8 gives it, or the name in the source if V8 has none; `<anonymous>`; `<module>` for the top level of a module. */
  readonly name: string
  /** Absolute path; null for the root task and for code that is in no file. */
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
