import type { KeptAlive } from '../model/kept-alive.js'
import { counted } from './counted-text.js'
import { frameText, type Paths } from './frame-text.js'
import { grouped } from './grouped.js'
import { printable } from './printable.js'
import { labelOfAll, varyingLabel } from './varying-label.js'

const MOST_LINES = 20

/** What keeps a process alive: what is alike is one line with its number. Null if nothing does. */
export function keptAliveText(keptAlive: readonly KeptAlive[], paths: Paths): string | null {
  if (keptAlive.length === 0) return null
  const groups = grouped(keptAlive, ({ leaf, calls }) => {
    return [varyingLabel(leaf.kind, leaf.label, () => '…'), placesText(leaf.createdAt, calls, paths)].join('\n')
  })
  const lines = [...groups.values()].map((alike) => {
    const [{ leaf, calls }] = alike
    const remainingMs = alike.flatMap((each) => each.leaf.remainingMs ?? [])
    const label = labelOfAll(
      leaf.kind,
      alike.map((each) => each.leaf.label),
      remainingMs,
    )
    const count = alike.length === 1 ? '' : ` ×${alike.length}`
    return `  ${printable(label).trimEnd()}${placesText(leaf.createdAt, calls, paths)}${count}`
  })
  const more = lines.length - MOST_LINES
  return [
    'The process is kept alive by:',
    ...lines.slice(0, MOST_LINES),
    ...(more > 0 ? [`  and ${counted(more, 'other')}`] : []),
  ].join('\n')
}

function placesText(madeAt: KeptAlive['calls'], calls: KeptAlive['calls'], paths: Paths): string {
  const made = madeAt === null ? '' : `, made by ${frameText(madeAt, paths)}`
  return `${calls === null ? '' : `, calls ${frameText(calls, paths)}`}${made}`
}
