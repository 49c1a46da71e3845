import { counted } from '../format/counted-text.js'
import { type Choice, detailsOf } from './details.js'
import { byId, element } from './elements.js'
import { type Filter, filterBy } from './filter.js'
import { GraphCanvas } from './graph-canvas.js'
import { age, nameOf, type Picture, pictureOf } from './picture.js'
import { embeddedSnapshot, fetchSnapshot, SourceError } from './snapshot-source.js'
import { TaskList } from './task-list.js'
import { initTheme } from './theme.js'

/** Live holds the process up for at most this part of the time. */
const LARGEST_SHARE = 1 / 20
/** From this number of nodes on, alike ones are drawn as one until the user says otherwise. */
const MANY_NODES = 40

const filterBox = byId<HTMLInputElement>('filter')
const alikeBox = byId<HTMLInputElement>('alike')
const liveBox = byId<HTMLInputElement>('live')
const details = byId('details')

const canvas = new GraphCanvas(
  byId<HTMLCanvasElement>('graph'),
  () => details.offsetWidth,
  (members) => {
    const [node] = members
    choose(members.length === 1 && node !== undefined ? { node } : { members })
  },
)
const list = new TaskList(byId('tasks'), (info) => {
  const node = picture?.nodeOf(info.task)
  choose(node === undefined ? { task: info } : { node })
  if (node !== undefined) canvas.fit([node])
})

let picture: Picture | null = null
let filter: Filter | null = null
/** In memory only: it goes when the page goes. */
let token = ''
let hasChosenAlike = false
let isAsking = false
let nextAsk: ReturnType<typeof setTimeout> | undefined

function show(next: Picture): void {
  const selected = selectedTask
  picture = next
  if (!hasChosenAlike) alikeBox.checked = next.nodes.length > MANY_NODES
  canvas.show(next, alikeBox.checked)
  showSummary(next)
  showDeadlocks(next)
  showIncomplete(next)
  showFiltered()
  const node = selected === null ? undefined : next.nodeOf(selected)
  if (node !== undefined) choose({ node }, false)
  else if (selected !== null) close()
  document.body.classList.add('has-picture')
}

let selectedTask: NonNullable<Picture['nodes'][number]['task']> | null = null

function choose(choice: Choice, takesFocus = true): void {
  if (picture === null) return
  const content = detailsOf(choice, picture, (node) => {
    choose({ node })
    canvas.fit([node])
  })
  selectedTask = 'node' in choice ? (picture.nodes[choice.node]?.task ?? null) : null
  if ('node' in choice) canvas.select(choice.node)
  else if ('task' in choice) canvas.select(null)
  byId('details-content').replaceChildren(...content)
  details.hidden = false
  if (!takesFocus) return
  details.scrollTop = 0
  byId('announce').textContent = content[0]?.textContent ?? ''
}

function close(): void {
  details.hidden = true
  selectedTask = null
  canvas.select(null)
}

function showSummary(picture: Picture): void {
  const { snapshot, tasks, nodes, cycles } = picture
  const { dump } = snapshot
  const time = new Date(snapshot.takenAtMs)
  const parts = [
    dump?.pid == null ? null : `process ${dump.pid}`,
    counted(tasks.length, 'task'),
    dump === null ? null : counted(dump.threads.length, 'thread'),
    counted(nodes.length, 'node'),
    dump === null || dump.threads.every(({ pauseMs }) => pauseMs === null)
      ? null
      : `paused ${age(longestPauseMs(picture))}`,
  ]
  const alarm = cycles.length === 0 ? '' : `${counted(cycles.length, 'deadlock')} · `
  document.title = `${alarm}async-trace${dump?.pid == null ? '' : ` ${dump.pid}`}`
  byId('summary').replaceChildren(
    parts.filter(Boolean).join(' · '),
    ' · ',
    element('time', { datetime: time.toISOString(), title: time.toISOString() }, time.toLocaleTimeString()),
  )
}

function longestPauseMs({ snapshot }: Picture): number {
  return (snapshot.dump?.threads ?? []).reduce((longest, { pauseMs }) => Math.max(longest, pauseMs ?? 0), 0)
}

function showDeadlocks({ cycles, nodes }: Picture): void {
  const names = (cycle: readonly number[]) => {
    const all = cycle.map((node) => (nodes[node] === undefined ? '?' : nameOf(nodes[node])))
    const shown = all.length > 8 ? [...all.slice(0, 4), `… ${all.length - 8} more …`, ...all.slice(-4)] : all
    return [...shown, all[0] ?? ''].join(' → ')
  }
  const items = cycles.slice(0, 50).map((cycle) => {
    const [first] = cycle
    const onclick = () => {
      if (first !== undefined) choose({ node: first })
      canvas.fit(cycle)
    }
    return element('li', {}, element('button', { type: 'button', onclick }, names(cycle)))
  })
  byId('deadlocks').hidden = cycles.length === 0
  byId('deadlocks-title').textContent = `${counted(cycles.length, 'deadlock')}`
  byId('deadlocks-list').replaceChildren(...items)
}

/** What is not in the picture, each sentence once: the tasks and the graph are of one capture. */
function showIncomplete({ snapshot }: Picture): void {
  const { dump, graph } = snapshot
  const said = dump === null ? [graph.incomplete] : dump.threads.map(({ incomplete }) => incomplete)
  const notes = [...new Set(said)].filter((note) => note !== undefined)
  byId('incomplete').hidden = notes.length === 0
  byId('incomplete-text').textContent = notes.join(' ')
  byId('read-heap').hidden = snapshot.heapHelps !== true
}

function showFiltered(): void {
  if (picture === null) return
  filter = filterBy(filterBox.value, picture)
  const left = list.show(picture, filter)
  canvas.filter(filter)
  byId('matches').textContent = filter.isOn ? `${left} of ${picture.tasks.length}` : ''
}

async function ask(heap = false): Promise<void> {
  if (isAsking) return
  isAsking = true
  clearTimeout(nextAsk)
  document.body.classList.add('is-asking')
  try {
    show(pictureOf(await fetchSnapshot(token, heap)))
    trouble(null)
  } catch (error) {
    trouble(error)
  } finally {
    isAsking = false
    document.body.classList.remove('is-asking')
    planNextAsk()
  }
}

function planNextAsk(): void {
  clearTimeout(nextAsk)
  const chosenMs = Number(byId<HTMLSelectElement>('interval').value)
  const delayMs = Math.max(chosenMs, (picture === null ? 0 : longestPauseMs(picture)) / LARGEST_SHARE)
  const isSlowed = liveBox.checked && delayMs > chosenMs
  byId('slowed').textContent = isSlowed ? `every ${age(delayMs)}, to spare the process` : ''
  if (liveBox.checked) nextAsk = setTimeout(askUnlessHidden, delayMs)
}

function askUnlessHidden(): void {
  if (document.hidden) planNextAsk()
  else void ask()
}

/** Says what went wrong, and that what is shown is old; asks for a token where one is needed. */
function trouble(error: unknown): void {
  const bar = byId('trouble')
  bar.hidden = error === null
  byId('token-form').hidden = !(error instanceof SourceError && error.status === 401)
  if (error === null) return
  if (error instanceof SourceError && error.status === 401) liveBox.checked = false
  const old =
    picture === null ? '' : ` What you see is of ${new Date(picture.snapshot.takenAtMs).toLocaleTimeString()}.`
  byId('trouble-text').textContent = `${error instanceof Error ? error.message : String(error)}${old}`
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type !== 'checkbox'
}

filterBox.addEventListener('input', () => requestAnimationFrame(showFiltered))
filterBox.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') canvas.fitMatches()
  if (event.key === 'Escape' && filterBox.value !== '') {
    filterBox.value = ''
    showFiltered()
  }
})
alikeBox.addEventListener('change', () => {
  hasChosenAlike = true
  if (picture === null) return
  canvas.show(picture, alikeBox.checked)
  if (filter !== null) canvas.filter(filter)
  canvas.reset()
})
byId('zoom-in').addEventListener('click', () => canvas.zoom(1.25))
byId('zoom-out').addEventListener('click', () => canvas.zoom(0.8))
byId('fit').addEventListener('click', () => canvas.fit())
byId('close').addEventListener('click', close)
byId('refresh').addEventListener('click', () => void ask())
byId('read-heap').addEventListener('click', () => {
  // Live would stop the process again and again, or show less again.
  liveBox.checked = false
  void ask(true)
})
byId('token-form').addEventListener('submit', (event) => {
  event.preventDefault()
  token = byId<HTMLInputElement>('token').value.trim()
  void ask()
})
liveBox.addEventListener('change', () => (liveBox.checked ? void ask() : planNextAsk()))
byId('interval').addEventListener('change', planNextAsk)
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === 'Escape' && !isTyping(event.target)) close()
  if (isTyping(event.target)) return
  if (event.key === '/') {
    event.preventDefault()
    filterBox.focus()
  }
  if (event.key === 'r' && document.body.classList.contains('is-live')) void ask()
})
initTheme(byId<HTMLButtonElement>('theme'), () => canvas.draw())

const embedded = embeddedSnapshot()
if (embedded === null) {
  document.body.classList.add('is-live')
  void ask()
} else show(pictureOf(embedded))

Object.assign(window, { asyncTracePage: canvas })
