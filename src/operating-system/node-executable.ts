import { readFileSync } from 'node:fs'
import { ElfFile } from '../memory/elf.js'

/** As the files of nearly all are called. */
export function isNamedNode(executable: string): boolean {
  return /^node(js)?(-?v?\d+(\.\d+)*)?(\.exe)?$/i.test(executable.split(/[\\/]/).at(-1) ?? '')
}

/**
 * Whether a process runs Node.js, whatever its file is called: a renamed binary, a single executable application,
 * Electron, or a program that links libnode. Addons need what Node.js exports, so it is there in stripped files too.
 */
export function executableRunsNode(pid: number, executable: string): boolean {
  if (isNamedNode(executable)) return true
  return exportsNode(`/proc/${pid}/exe`) || mappedLibraries(pid).some(exportsNode)
}

export function exportsNode(path: string): boolean {
  try {
    return ElfFile.use(path, (file) => {
      // Bun exports V8's API without having V8, Deno has V8 without Node.js. Seen: Node 20 to 26, Bun 1, Deno 2.
      return file.hasName('dynamic', 'node_module_register') && file.hasName('dynamic', '_ZN2v87Isolate')
    })
  } catch {
    // Not readable, or no ELF file: nothing is claimed.
    return false
  }
}

/** The files with code that a process has mapped, by paths that hold in a mount namespace of its own as well. */
export function mappedLibraries(pid: number | 'self'): string[] {
  const paths = new Set<string>()
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const path = /^\S+ r.xp \S+ \S+ [1-9]\d* +(\/.+)$/.exec(line)?.[1]
    if (path !== undefined) paths.add(`/proc/${pid}/root${path}`)
  }
  return [...paths]
}
