/** The C++ headers of the Node that runs this: what `scripts/build-native.mjs` builds with, and tests. */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder that holds `include/node` of exactly this version; null where there is none. */
export function headersFolder() {
  const bin = dirname(realpathSync(process.execPath))
  const packageName = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const folders = [join(bin, '..'), join(bin, '..', 'node_modules', packageName), join(bin, '..', '..', packageName)]
  return folders.find((folder) => versionOfHeaders(folder) === process.versions.node) ?? null
}

function versionOfHeaders(folder) {
  const file = join(folder, 'include', 'node', 'node_version.h')
  if (!existsSync(file)) return null
  const text = readFileSync(file, 'utf8')
  return ['MAJOR', 'MINOR', 'PATCH']
    .map((part) => new RegExp(`define NODE_${part}_VERSION (\\d+)`).exec(text)?.[1])
    .join('.')
}
