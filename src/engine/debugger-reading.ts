import type { ParsedScript } from './running-script.js'

/** A command to V8's inspector. Source: chromedevtools.github.io/devtools-protocol */
export interface Command {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Commands that are sent together. */
export interface Batch {
  readonly commands: readonly Command[]
  /** Whether V8's debugger must be enabled while they are answered. */
  readonly withDebugger: boolean
}

export interface Answers {
  /** In the order of the commands; null for one that the inspector refused. */
  readonly results: readonly (object | null)[]
  /** By place among the commands: V8's words for why it refused. */
  readonly refusals: ReadonlyMap<number, string>
  /** By V8's number: every script of the thread, once the debugger has been enabled. */
  readonly scripts: ReadonlyMap<number, ParsedScript>
}

/**
 * What to ask V8's debugger, and how to read its answers. `OwnDebugger` asks this thread and answers at once;
 * `readRemotely` asks another process.
 */
export type Reading<T> = Generator<Batch, T, Answers>

export interface ScriptText {
  /** As V8 runs it. */
  readonly text: string
  /** Whether V8 counts positions from the text's beginning: `vm.Script` can shift them. */
  readonly isCountedFromStart: boolean
}

/** All scripts of a thread: V8 announces them when its debugger is enabled (Node 20 to 26). */
export function* readScripts(): Reading<ReadonlyMap<number, ParsedScript>> {
  const { scripts } = yield { commands: [], withDebugger: true }
  return scripts
}

export function urlsOf(scripts: ReadonlyMap<number, ParsedScript>): ReadonlyMap<number, string> {
  return new Map([...scripts].map(([id, { url }]) => [id, url]))
}

/** By V8's numbers of scripts; those whose text V8 does not give are left out. */
export function* readTexts(ids: readonly number[]): Reading<ReadonlyMap<number, ScriptText>> {
  const commands = ids.map((id) => ({ method: 'Debugger.getScriptSource', params: { scriptId: String(id) } }))
  const { results, scripts } = yield { commands, withDebugger: true }
  const texts = new Map<number, ScriptText>()
  for (const [i, id] of ids.entries()) {
    const result = results[i] as { readonly scriptSource: string } | null
    const parsed = scripts.get(id)
    const isCountedFromStart = parsed?.startLine === 0 && parsed.startColumn === 0
    if (result !== null) texts.set(id, { text: result.scriptSource, isCountedFromStart })
  }
  return texts
}

/** @returns null where the inspector refuses. */
export function* one<T extends object>(method: string, params: Command['params']): Reading<T | null> {
  const { results } = yield { commands: [{ method, params }], withDebugger: false }
  return results[0] as T | null
}

/** V8's inspector does not do what was asked: as a rule, the object has been collected. */
export class InspectorRefusal extends Error {}

/** @throws {InspectorRefusal} */
export function* must<T extends object>(method: string, params: Command['params']): Reading<T> {
  const { results, refusals } = yield { commands: [{ method, params }], withDebugger: false }
  if (results[0] === null) throw new InspectorRefusal(`the inspector refuses ${method}: ${refusals.get(0)}`)
  return results[0] as T
}
