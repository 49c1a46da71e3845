import { type BoxText, boxTextsOf } from './box-texts.js'
import { type DrawnGraph, drawnGraph } from './drawn-graph.js'
import type { Filter } from './filter.js'
import { BOX_HEIGHT, type Layout, layoutOf } from './layout.js'
import { paint, SMALL_TEXT_PX } from './painter.js'
import type { Picture } from './picture.js'
import { MARGIN, moved, READABLE, type View, viewOf, zoomed } from './view.js'

const STEP = 80
const ZOOM_STEP = 1.25
/** A press that moves less than this is a click. */
const CLICK_REACH = 4

/** The wait graph on a canvas: drag or arrow keys to pan, wheel or + and - to zoom, click or n and p to select. */
export class GraphCanvas {
  readonly #canvas: HTMLCanvasElement
  readonly #onSelect: (members: readonly number[]) => void
  readonly #covered: () => number
  readonly #pointers = new Map<number, { x: number; y: number }>()
  #picture: Picture | null = null
  #graph: DrawnGraph = { boxes: [], edges: [], boxOf: [] }
  #layout: Layout = layoutOf(this.#graph, 0)
  #texts: readonly BoxText[] = []
  #view: View | null = null
  /** Nobody has moved it yet: another size of the window means another layout. */
  #isFirstView = true
  #width = 0
  #selected: number | null = null
  #dimmed: ReadonlySet<number> | null = null
  #isDrawing = false
  #travelled = 0

  /** @param covered how many pixels at the right something else lies on. */
  constructor(canvas: HTMLCanvasElement, covered: () => number, onSelect: (members: readonly number[]) => void) {
    this.#canvas = canvas
    this.#covered = covered
    this.#onSelect = onSelect
    // Its keys are its own: a screen reader hands them on.
    canvas.setAttribute('role', 'application')
    new ResizeObserver(() => this.#onResize()).observe(canvas)
    canvas.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false })
    canvas.addEventListener('pointerdown', (event) => this.#onPointerDown(event))
    canvas.addEventListener('pointermove', (event) => this.#onPointerMove(event))
    canvas.addEventListener('pointerup', (event) => this.#onPointerUp(event))
    canvas.addEventListener('pointercancel', (event) => this.#pointers.delete(event.pointerId))
    canvas.addEventListener('keydown', (event) => this.#onKey(event))
  }

  /** Shows another picture; the view stays where it is, unless there was none. */
  show(picture: Picture, groupAlike: boolean): void {
    const isSameShape = this.#picture !== null && this.#graph.boxes.length > 0
    this.#picture = picture
    this.#graph = drawnGraph(picture, groupAlike)
    this.#texts = boxTextsOf(this.#graph, picture)
    this.#layOut()
    this.#selected = null
    this.#dimmed = null
    if (!isSameShape) this.#resetView()
    this.draw()
  }

  /** As at the first look, for another graph. */
  reset(): void {
    this.#resetView()
    this.draw()
  }

  #resetView(): void {
    this.#view = null
    this.#isFirstView = true
  }

  #layOut(): void {
    this.#width = this.#canvas.clientWidth
    this.#layout = layoutOf(this.#graph, this.#width - 2 * MARGIN)
  }

  #onResize(): void {
    if (this.#isFirstView && this.#picture !== null && this.#canvas.clientWidth !== this.#width) {
      this.#layOut()
      this.#view = null
    }
    this.draw()
  }

  filter(filter: Filter): void {
    const isHidden = (box: number) => !this.#graph.boxes[box]?.members.some((node) => filter.node(node))
    this.#dimmed = filter.isOn ? new Set([...this.#graph.boxes.keys()].filter(isHidden)) : null
    this.draw()
  }

  select(node: number | null): void {
    this.#selected = node === null ? null : (this.#graph.boxOf[node] ?? null)
    this.draw()
  }

  /** Brings these nodes into view, or all. */
  fit(nodes?: Iterable<number>): void {
    const boxes =
      nodes === undefined ? [...this.#graph.boxes.keys()] : [...nodes].map((node) => this.#graph.boxOf[node] ?? 0)
    this.#fitBoxes(boxes, nodes === undefined ? undefined : READABLE)
  }

  /** Brings what the filter leaves into view. */
  fitMatches(): void {
    this.#fitBoxes(
      [...this.#graph.boxes.keys()].filter((box) => !this.#dimmed?.has(box)),
      READABLE,
    )
  }

  zoom(factor: number): void {
    this.#zoomAt(factor, this.#canvas.clientWidth / 2, this.#canvas.clientHeight / 2)
  }

  draw(): void {
    if (this.#isDrawing) return
    this.#isDrawing = true
    requestAnimationFrame(() => {
      this.#isDrawing = false
      this.#drawNow()
    })
  }

  /** For tests: how large the smallest text is drawn. */
  smallestTextPx(): number {
    return SMALL_TEXT_PX * this.#currentView().scale
  }

  /** For tests: the middle of a node's box, in pixels of the canvas. */
  positionOf(node: number): { x: number; y: number } {
    const box = this.#graph.boxOf[node] ?? 0
    const { scale, left, top } = this.#currentView()
    return {
      x: ((this.#layout.x[box] ?? 0) + this.#layout.boxWidth / 2) * scale + left,
      y: ((this.#layout.y[box] ?? 0) + BOX_HEIGHT / 2) * scale + top,
    }
  }

  #drawNow(): void {
    const { clientWidth, clientHeight } = this.#canvas
    if (this.#picture === null || clientWidth === 0 || clientHeight === 0) return
    const ratio = window.devicePixelRatio
    this.#canvas.width = Math.round(clientWidth * ratio)
    this.#canvas.height = Math.round(clientHeight * ratio)
    const dimmed = this.#dimmed
    paint(this.#canvas, {
      picture: this.#picture,
      graph: this.#graph,
      texts: this.#texts,
      layout: this.#layout,
      view: this.#currentView(),
      selected: this.#selected,
      isDimmed: dimmed === null ? null : (box) => dimmed.has(box),
    })
  }

  #currentView(): View {
    const { clientWidth, clientHeight } = this.#canvas
    const { width, height } = this.#layout
    if (this.#view !== null) return this.#view
    const first = viewOf({ left: 0, top: 0, width, height }, clientWidth, clientHeight, READABLE)
    const [cycle = []] = this.#picture?.cycles ?? []
    // All columns, from the first deadlock on.
    const rows = cycle.map((node) => this.#layout.y[this.#graph.boxOf[node] ?? 0] ?? 0)
    const isSeen = rows.every((y) => y + BOX_HEIGHT + first.top <= clientHeight)
    this.#view = isSeen ? first : { ...first, top: MARGIN - Math.min(...rows) }
    return this.#view
  }

  #fitBoxes(boxes: readonly number[], smallest?: number): void {
    if (boxes.length === 0) return
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
    for (const box of boxes) {
      const [x, y] = [this.#layout.x[box] ?? 0, this.#layout.y[box] ?? 0]
      left = Math.min(left, x)
      top = Math.min(top, y)
      right = Math.max(right, x + this.#layout.boxWidth)
      bottom = Math.max(bottom, y + BOX_HEIGHT)
    }
    const area = { left, top, width: right - left, height: bottom - top }
    const { clientWidth, clientHeight } = this.#canvas
    const covered = this.#covered() > clientWidth / 2 ? 0 : this.#covered()
    this.#isFirstView = false
    this.#view = viewOf(area, clientWidth - covered, clientHeight, smallest)
    this.draw()
  }

  #zoomAt(factor: number, x: number, y: number): void {
    this.#isFirstView = false
    this.#view = zoomed(this.#currentView(), factor, x, y)
    this.draw()
  }

  #pan(dx: number, dy: number): void {
    this.#isFirstView = false
    this.#view = moved(this.#currentView(), dx, dy)
    this.draw()
  }

  #boxAt(x: number, y: number): number | null {
    const { scale, left, top } = this.#currentView()
    const [gx, gy] = [(x - left) / scale, (y - top) / scale]
    for (let box = 0; box < this.#graph.boxes.length; box++) {
      const [bx, by] = [this.#layout.x[box] ?? 0, this.#layout.y[box] ?? 0]
      if (gx >= bx && gx <= bx + this.#layout.boxWidth && gy >= by && gy <= by + BOX_HEIGHT) return box
    }
    return null
  }

  #choose(box: number): void {
    this.#selected = box
    this.draw()
    this.#onSelect(this.#graph.boxes[box]?.members ?? [])
  }

  #onWheel(event: WheelEvent): void {
    event.preventDefault()
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY
    this.#zoomAt(Math.exp(-Math.max(-240, Math.min(240, pixels)) / 400), event.offsetX, event.offsetY)
  }

  #onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return
    this.#canvas.setPointerCapture(event.pointerId)
    this.#pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY })
    this.#travelled = 0
  }

  #onPointerMove(event: PointerEvent): void {
    const from = this.#pointers.get(event.pointerId)
    if (from === undefined) {
      this.#canvas.classList.toggle('is-over-node', this.#boxAt(event.offsetX, event.offsetY) !== null)
      return
    }
    const to = { x: event.offsetX, y: event.offsetY }
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1]
    this.#travelled += Math.hypot(to.x - from.x, to.y - from.y)
    if (other === undefined) this.#pan(to.x - from.x, to.y - from.y)
    else {
      const spread = (point: typeof to) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y))
      this.#zoomAt(spread(to) / spread(from), (to.x + other.x) / 2, (to.y + other.y) / 2)
    }
    this.#pointers.set(event.pointerId, to)
  }

  #onPointerUp(event: PointerEvent): void {
    if (!this.#pointers.delete(event.pointerId) || this.#travelled > CLICK_REACH) return
    const box = this.#boxAt(event.offsetX, event.offsetY)
    if (box !== null) this.#choose(box)
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const count = this.#graph.boxes.length
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#pan(STEP, 0),
      ArrowRight: () => this.#pan(-STEP, 0),
      ArrowUp: () => this.#pan(0, STEP),
      ArrowDown: () => this.#pan(0, -STEP),
      '+': () => this.zoom(ZOOM_STEP),
      '=': () => this.zoom(ZOOM_STEP),
      '-': () => this.zoom(1 / ZOOM_STEP),
      '0': () => this.fit(),
      n: () => this.#step(1, count),
      p: () => this.#step(-1, count),
    }
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined
    if (action === undefined) return
    event.preventDefault()
    action()
  }

  #step(by: number, count: number): void {
    if (count === 0) return
    let box = this.#selected ?? (by > 0 ? -1 : 0)
    for (let tried = 0; tried < count; tried++) {
      box = (box + by + count) % count
      if (!this.#dimmed?.has(box)) break
    }
    this.#choose(box)
    this.#fitBoxes([box], READABLE)
  }
}
