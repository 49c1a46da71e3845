import { runningScript } from '../engine/own-scripts.js'
import type { Site } from '../engine/site.js'
import { nameByCode } from '../heap/method-names.js'

/** The same place, its function named by the code. */
export function namedByCode(site: Site): Site {
  const { functionName, script, isInternal, isModule, isMapped, name } = site
  if (!functionName || script === null || isModule || isMapped === true) return site
  // A constructor, an accessor, a private method, and what V8 has named by an assignment: `A.b`.
  if (name.startsWith('new ') || /[ .#]/.test(functionName)) return site
  const byCode = isInternal ? functionName : inScript(site, functionName)
  return byCode === name ? site : { ...site, name: byCode }
}

function inScript({ script, scriptHash, enclosingLine, enclosingColumn }: Site, functionName: string): string {
  if (script === null || enclosingLine === null || enclosingColumn === null) return functionName
  const beginning = { line: enclosingLine, column: enclosingColumn }
  return nameByCode(functionName, runningScript(script, scriptHash), beginning)
}
