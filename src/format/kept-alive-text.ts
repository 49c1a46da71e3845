import type { KeptAlive, Owner } from '../model/kept-alive.js'
import { counted } from './counted-text.js'
import { frameText, type Paths, shownPath } from './frame-text.js'
import { grouped } from './grouped.js'
import { printable } from './printable.js'
import { labelOfAll, varyingLabel } from './varying-label.js'

const MOST_LINES = 20

/** What keeps a process alive: what is alike is one line with its number. Null if nothing does. */
export function keptAliveText(keptAlive: readonly KeptAlive[], paths: Paths): string | null {
  if (keptAlive.length === 0) return null
  const groups = grouped(keptAlive, (each) => {
    return [varyingLabel(each.leaf.kind, each.leaf.label, () => '…'), placesText(each, paths)].join('\n')
  })
  const lines = [...groups.values()].map((alike) => {
    const [first] = alike
    const { leaf } = first
    const remainingMs = alike.flatMap((each) => each.leaf.remainingMs ?? [])
    const label = labelOfAll(
      leaf.kind,
      alike.map((each) => each.leaf.label),
      remainingMs,
    )
    const count = alike.length === 1 ? '' : ` ×${alike.length}`
    return `  ${printable(label).trimEnd()}${placesText(first, paths)}${count}`
  })
  const more = lines.length - MOST_LINES
  return [
    'The process is kept alive by:',
    ...lines.slice(0, MOST_LINES),
    ...(more > 0 ? [`  and ${counted(more, 'other')}`] : []),
  ].join('\n')
}

function placesText({ leaf, calls, owner }: KeptAlive, paths: Paths): string {
  const made = leaf.createdAt === null ? '' : `, made by ${frameText(leaf.createdAt, paths)}`
  const called = calls === null ? '' : `, calls ${frameText(calls, paths)}`
  return `${owner === undefined ? '' : `, ${ownerText(owner, paths)}`}${called}${made}`
}

/** `of Pool (pg-pool) in the variable pool of src/db.js` */
function ownerText({ className, package: of, variable }: Owner, paths: Paths): string {
  const what = `of ${className}${of === null ? '' : ` (${of})`}`
  if (variable === null) return printable(what)
  const file = variable.filename === null ? '' : ` of ${shownPath(variable.filename, paths)}`
  return printable(`${what} in the variable ${variable.name}${file}`)
}
