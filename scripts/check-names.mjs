// No two source files have the same name, no two classes, and no two interfaces or types that are exported: a name leads to one thing.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const places = new Map()
const add = (name, file) => places.set(name, [...(places.get(name) ?? []), file])

for (const entry of readdirSync('src', { recursive: true })) {
  if (!/\.ts$/.test(entry)) continue
  const file = join('src', entry)
  add(basename(file), file)
  for (const [, name] of readFileSync(file, 'utf8').matchAll(
    /^(?:(?:export )?(?:abstract )?class|export (?:interface|type)) (\w+)/gm,
  )) {
    add(name, file)
  }
}
const shared = [...places].filter(([, files]) => files.length > 1)
for (const [name, files] of shared) console.error(`${name} is in ${files.join(' and ')}: rename all but one`)
process.exitCode = shared.length > 0 ? 1 : 0
