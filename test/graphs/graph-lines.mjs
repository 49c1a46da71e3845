// A wait graph in few words, without numbers that differ from run to run.
import { basename } from 'node:path'

let knownAddress = null

/** @param port of a server outside: its address is shown, as `127.0.0.1:PORT`. */
export function showAddress(port) {
  knownAddress = `127.0.0.1:${port}`
}

export const place = ({ name, line, returned }) =>
  `${line === null ? name : `${name}:${line}`}${returned === true ? ' returned' : ''}`
export const masked = (label) =>
  label
    .replace(/, [^,|]+ remaining/, '')
    .replace(/times out in .*/, 'times out')
    .replace(/(?:127\.0\.0\.1|\[::1?\]):\d+/g, (found) => (found === knownAddress ? '127.0.0.1:PORT' : '<address>'))
    .replace(/process \d+/, 'process <pid>')

function nodeText({ kind, label, stack, task }) {
  if (task === null && stack.length === 0)
    return `(${kind === 'promise' ? masked(label) : `${kind}: ${masked(label)}`})`
  return stack.length === 0 ? label.replace(/Task-\d+ ?/, 'task ') : stack.toReversed().map(place).join(' ')
}

export function graphLines({ nodes, edges, cycles }) {
  const shown = nodes.filter(({ stack }) => stack.every(({ filename }) => basename(filename ?? '') !== 'show.mjs'))
  const texts = new Map(shown.map((node) => [node.id, nodeText(node)]))
  const lines = shown
    .map((node) => {
      const own = edges
        .filter(({ from }) => from === node.id)
        .map(({ to, via }) => `  ${via ?? 'await'} -> ${texts.get(to)}`)
      return own.length === 0 && node.task === null ? null : [texts.get(node.id), ...own.sort()].join('\n')
    })
    .filter((text) => text !== null)
  return [
    'graph',
    ...counted(lines.sort()),
    ...cycles.map((cycle) => `deadlock: ${turned(cycle.map((id) => texts.get(id))).join(' -> ')}`).sort(),
  ]
}

/** Alike ones as one. */
function counted(lines) {
  return [...new Set(lines)].map((line) => {
    const count = lines.filter((other) => other === line).length
    return count === 1 ? line : line.replace(/^.*/, (first) => `${first} ×${count}`)
  })
}

function turned(names) {
  const from = names.indexOf([...names].sort()[0])
  return [...names.slice(from), ...names.slice(0, from)]
}
