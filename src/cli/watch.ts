import { type AttachedProcess, attach, attachAt } from '../attach/attach.js'
import { programOf } from '../attach/node-processes.js'
import { MAX_PAUSE_MS } from '../attach/snapshot-limit.js'
import type { Paths } from '../format/frame-text.js'
import { type Arguments, readArguments, UsageError } from './arguments.js'
import { pathsFor } from './captured.js'
import { EXIT } from './exit-codes.js'
import { note } from './progress.js'
import { type Key, Terminal } from './terminal.js'
import { type WatchState, watchRows, watchScreen } from './watch-screen.js'

export const help = `async-trace watch PID [options]

Shows pending tasks live in the terminal, one row per place, the oldest first. If async-trace is loaded in the process,
reading is quick. Otherwise each reading pauses the process, for at most a tenth of the time. With --via memory, the memory is
read each time: no inspector is opened and an idle process is not paused, but the age of tasks is unknown.

  async-trace watch 4711
  async-trace watch 4711 --interval 5 --filter checkout    read every 5 seconds

Keys: q quit, space pause, / filter (Enter applies it, Escape clears it), up and down select, Enter shows the stack`

const INTERVAL_MS = 2_000
/** No more of the process's time than this goes into readings. */
const MOST_PAUSED = 0.1

export async function watch(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args, ['interval'], { files: false })
  const { target } = wanted
  if (typeof target === 'string') {
    throw new UsageError(`watch needs a running process: ${target} is a file. Use async-trace tree ${target}`)
  }
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    throw new UsageError('watch needs a terminal; tree and ps do not')
  }
  const view = new Watch(wanted.filter ?? '', wanted.color)
  const { timeoutMs, force, threads, heap } = wanted
  const told = { onProgress: view.progress, onNotice: view.notice }
  const options = {
    timeoutMs,
    force,
    threads,
    heap,
    mostSnapshotMs: MAX_PAUSE_MS,
    waitsForBlocked: true,
    letsOthersAsk: true,
    ...told,
  }
  try {
    view.open()
    const run = (watched: Watched) => view.run(watched, wanted.intervalMs ?? INTERVAL_MS)
    if (typeof target === 'object') await attachAt(target.inspector, options, run)
    else if (wanted.via === 'memory') await run(await inMemory(programOf(target, view.notice), wanted, view.progress))
    else await attach(programOf(target, view.notice), options, run)
  } finally {
    view.close()
  }
  return EXIT.ok
}

/** A process that is read again and again. */
type Watched = Pick<AttachedProcess, 'capture'>

async function inMemory(
  pid: number,
  { threads, mostPauseMs }: Pick<Arguments, 'threads' | 'mostPauseMs'>,
  onProgress: (step: string) => void,
): Promise<Watched> {
  const { captureMemory } = await import('../attach/memory-capture.js')
  return { capture: () => captureMemory(pid, { threads, mostPauseMs, leavesComputing: false, onProgress }) }
}

class Watch {
  readonly #terminal = new Terminal()
  readonly #quit: Promise<void>
  #onQuit = (): void => {}
  #isQuitting = false
  #wake = (): void => {}
  #paths: Paths = 'relative'
  #notices: string[] = []
  #state: WatchState

  constructor(filter: string, color: boolean) {
    const still = { capture: null, isPaused: false, isTyping: false, selected: 0, isOpen: false, status: '' }
    this.#state = { ...still, filter, color }
    this.#quit = new Promise((resolve) => {
      this.#onQuit = resolve
    })
  }

  readonly progress = (step: string): void => {
    if (!this.#state.isPaused) this.#change({ status: `${step} …` })
  }

  readonly notice = (text: string): void => {
    this.#notices.push(text)
  }

  open(): void {
    this.#terminal.open(
      (key) => this.#press(key),
      () => this.#draw(),
    )
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(signal, () => this.#end())
  }

  close(): void {
    this.#terminal.close()
    for (const text of this.#notices) note(text)
  }

  async run(watched: Watched, intervalMs: number): Promise<void> {
    while (!this.#isQuitting) {
      let pauseMs = 0
      if (!this.#state.isPaused) {
        const reading = watched.capture()
        // Left at once; the reading's own answer no longer matters.
        const capture = await Promise.race([reading, this.#quit])
        reading.catch(() => undefined)
        if (capture === undefined) return
        this.#paths = pathsFor(capture)
        pauseMs = capture.isRecorded ? 0 : Math.max(...capture.dump.threads.map((thread) => thread.pauseMs ?? 0))
        if (!this.#state.isPaused) this.#change({ capture, status: '' })
      }
      await this.#rest(Math.max(intervalMs, pauseMs / MOST_PAUSED))
    }
  }

  /** Until the next reading, or until a key wants something else. */
  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #press({ name, character, ctrl }: Key): void {
    if (ctrl && name === 'c') this.#end()
    else if (this.#state.isTyping) this.#type(name, character)
    else this.#command(name)
  }

  #command(name: string): void {
    const { selected, isOpen, isPaused } = this.#state
    const last = Math.max(0, watchRows(this.#state).length - 1)
    switch (name) {
      case 'q':
        this.#end()
        break
      case 'space':
        // A reading under way goes on unseen, and is not shown.
        this.#change({ isPaused: !isPaused, status: '' })
        if (isPaused) this.#wake()
        break
      case '/':
        this.#change({ isTyping: true })
        break
      case 'escape':
        this.#change({ filter: '', isOpen: false })
        break
      case 'up':
      case 'down':
      case 'pageup':
      case 'pagedown':
      case 'home':
      case 'end':
        this.#change({ selected: Math.min(last, Math.max(0, selected + this.#stepOf(name, last))) })
        break
      case 'return':
        this.#change({ isOpen: !isOpen })
    }
  }

  #stepOf(key: 'up' | 'down' | 'pageup' | 'pagedown' | 'home' | 'end', last: number): number {
    const page = Math.max(1, this.#terminal.rows - 4)
    return { up: -1, down: 1, pageup: -page, pagedown: page, home: -last, end: last }[key]
  }

  #type(name: string, character: string): void {
    const { filter } = this.#state
    if (name === 'return') this.#change({ isTyping: false })
    else if (name === 'escape') this.#change({ isTyping: false, filter: '' })
    else if (name === 'backspace') this.#change({ filter: [...filter].slice(0, -1).join('') })
    else if (/^[^\p{C}]+$/u.test(character)) this.#change({ filter: filter + character, selected: 0 })
  }

  #end(): void {
    this.#isQuitting = true
    this.#onQuit()
    this.#wake()
  }

  #change(change: Partial<WatchState>): void {
    this.#state = { ...this.#state, ...change }
    this.#draw()
  }

  #draw(): void {
    const { columns, rows } = this.#terminal
    this.#terminal.draw(watchScreen(this.#state, columns, rows, this.#paths))
  }
}
