import type { BoxText } from './box-texts.js'
import type { Box, DrawnEdge, DrawnGraph } from './drawn-graph.js'
import { BOX_HEIGHT, type Layout } from './layout.js'
import type { Picture } from './picture.js'
import type { View } from './view.js'

/** Below this scale text is not drawn: it could not be read. */
const TEXT_SCALE = 0.38
const PADDING = 10
export const SMALL_TEXT_PX = 11
const SMALL_FONT = `${SMALL_TEXT_PX}px ui-monospace, Menlo, Consolas, monospace`

/** What is to be seen. `isDimmed` is null where nothing is filtered. */
export interface Scene {
  readonly picture: Picture
  readonly graph: DrawnGraph
  /** By box. */
  readonly texts: readonly BoxText[]
  readonly layout: Layout
  readonly view: View
  readonly selected: number | null
  readonly isDimmed: ((box: number) => boolean) | null
}

/** Draws what of the scene lies on the canvas. */
export function paint(canvas: HTMLCanvasElement, scene: Scene): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  const { view } = scene
  const ratio = window.devicePixelRatio
  const styles = getComputedStyle(canvas)
  const color = (name: string) => styles.getPropertyValue(`--${name}`).trim()
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, canvas.width, canvas.height)
  context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.left, ratio * view.top)
  paintEdges(context, scene, canvas, color)
  context.textBaseline = 'middle'
  const [left, top] = [-view.left / view.scale, -view.top / view.scale]
  const right = left + canvas.width / ratio / view.scale
  const bottom = top + canvas.height / ratio / view.scale
  scene.graph.boxes.forEach((box, i) => {
    const [x, y] = [scene.layout.x[i] ?? 0, scene.layout.y[i] ?? 0]
    if (x > right || y > bottom || x + scene.layout.boxWidth < left || y + BOX_HEIGHT < top) return
    context.globalAlpha = scene.isDimmed?.(i) ? 0.16 : 1
    paintBox(context, scene, box, i, color)
  })
  context.globalAlpha = 1
}

type Color = (name: string) => string

function paintEdges(context: CanvasRenderingContext2D, scene: Scene, canvas: HTMLCanvasElement, color: Color): void {
  const { graph, selected, isDimmed, view } = scene
  const isNear = (edge: DrawnEdge) => selected !== null && (edge.from === selected || edge.to === selected)
  const isDim = (edge: DrawnEdge) => isDimmed !== null && (isDimmed(edge.from) || isDimmed(edge.to))
  const height = canvas.height / window.devicePixelRatio
  const isSeen = (edge: DrawnEdge) => {
    const [from, to] = [scene.layout.y[edge.from] ?? 0, scene.layout.y[edge.to] ?? 0]
    const [top, bottom] = [Math.min(from, to) * view.scale + view.top, Math.max(from, to) * view.scale + view.top]
    return bottom > -200 && top < height + 200
  }
  const seen = graph.edges.filter(isSeen)
  const plain = seen.filter((edge) => !edge.isDeadlock && !isNear(edge))
  paintSet(context, scene, plain.filter(isDim), color('edge'), 1, 0.16)
  paintSet(
    context,
    scene,
    plain.filter((edge) => !isDim(edge)),
    color('edge'),
    1.2,
    plain.length > 2000 ? 0.5 : 1,
  )
  paintSet(
    context,
    scene,
    seen.filter((edge) => edge.isDeadlock),
    color('bad'),
    2.2,
    1,
  )
  paintSet(
    context,
    scene,
    seen.filter((edge) => isNear(edge) && !edge.isDeadlock),
    color('accent'),
    2,
    1,
  )
  if (view.scale >= TEXT_SCALE && seen.length < 1500) paintLabels(context, scene, seen, color)
}

function paintSet(
  context: CanvasRenderingContext2D,
  { layout, view }: Scene,
  edges: readonly DrawnEdge[],
  stroke: string,
  width: number,
  alpha: number,
): void {
  if (edges.length === 0) return
  context.globalAlpha = alpha
  context.strokeStyle = stroke
  context.fillStyle = stroke
  context.lineWidth = Math.max(width, 0.7 / view.scale)
  const line = new Path2D()
  const heads = new Path2D()
  for (const edge of edges) {
    const { x1, y1, x2, y2, bend } = curveOf(layout, edge)
    line.moveTo(x1, y1)
    if (edge.from === edge.to) line.bezierCurveTo(x1 + 46, y1 - 54, x2 + 46, y2 + 4, x2 + 4, y2)
    else line.bezierCurveTo(x1 + bend, y1 + (x2 < x1 ? bend : 0), x2 - bend, y2 + (x2 < x1 ? bend : 0), x2, y2)
    const side = edge.from === edge.to ? 1 : -1
    heads.moveTo(x2, y2)
    heads.lineTo(x2 + side * 9, y2 - 4.5)
    heads.lineTo(x2 + side * 9, y2 + 4.5)
    heads.closePath()
  }
  context.stroke(line)
  if (view.scale > 0.2) context.fill(heads)
  context.globalAlpha = 1
}

function curveOf({ x, y, boxWidth }: Layout, { from, to }: DrawnEdge) {
  const x1 = (x[from] ?? 0) + boxWidth
  const y1 = (y[from] ?? 0) + BOX_HEIGHT / 2
  if (from === to) return { x1, y1: y1 - 8, x2: x1, y2: y1 + 8, bend: 0 }
  const x2 = x[to] ?? 0
  const y2 = (y[to] ?? 0) + BOX_HEIGHT / 2
  return { x1, y1, x2, y2, bend: x2 > x1 ? Math.max(24, (x2 - x1) / 2) : 56 }
}

function paintLabels(context: CanvasRenderingContext2D, scene: Scene, edges: readonly DrawnEdge[], color: Color): void {
  context.font = SMALL_FONT
  context.textAlign = 'center'
  for (const edge of edges) {
    // That all of a box's nodes wait there goes without saying.
    const isAll = edge.count === scene.graph.boxes[edge.from]?.members.length
    const [name, position] = viaText(edge.via ?? '')
    const figures = `${position}${isAll ? '' : ` ×${edge.count}`}`
    if (name + figures === '' || edge.from === edge.to) continue
    const { x1, y1, x2, y2, bend } = curveOf(scene.layout, edge)
    const lift = x2 < x1 ? bend * 0.75 : 0
    const room = Math.max(40, Math.abs(x2 - x1) - 16) - context.measureText(figures).width
    const isWide = context.measureText(name).width > room
    const shown = (name === '' ? '' : shortened(context, isWide ? name.replace('Promise.', '') : name, room)) + figures
    const width = context.measureText(shown).width + 6
    const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2 + lift]
    context.fillStyle = color('ground')
    context.fillRect(x - width / 2, y - 7, width, 14)
    context.fillStyle = edge.isDeadlock ? color('bad') : color('quiet')
    context.fillText(shown, x, y)
  }
  context.textAlign = 'left'
}

/** `Promise.all (index 0)` as what can be cut, and its figure. */
function viaText(via: string): [string, string] {
  const [, name, index] = /^(.*) \(index (\d+)\)$/.exec(via) ?? []
  return name === undefined ? [via, ''] : [name, ` [${index}]`]
}

function paintBox(context: CanvasRenderingContext2D, scene: Scene, box: Box, i: number, color: Color): void {
  const { layout, picture, selected, view, texts } = scene
  const { boxWidth } = layout
  const node = picture.nodes[box.members[0] ?? -1]
  if (node === undefined) return
  const [x, y] = [layout.x[i] ?? 0, layout.y[i] ?? 0]
  const kind = color(`kind-${node.kind}`) || color('kind-operation')
  if (view.scale < TEXT_SCALE / 2) {
    context.fillStyle = i === selected ? color('accent') : box.isDeadlocked ? color('bad') : kind
    context.fillRect(x, y, boxWidth, BOX_HEIGHT)
    return
  }
  context.beginPath()
  context.roundRect(x, y, boxWidth, BOX_HEIGHT, 6)
  context.fillStyle = color('box')
  context.fill()
  context.strokeStyle = i === selected ? color('accent') : box.isDeadlocked ? color('bad') : color('line')
  context.lineWidth = i === selected ? 3 : box.isDeadlocked ? 2 : 1
  context.stroke()
  context.fillStyle = kind
  context.fillRect(x + 1, y + 6, 4, BOX_HEIGHT - 12)
  if (view.scale < TEXT_SCALE) return
  const text = texts[i]
  if (text === undefined) return
  const line = { x: x + PADDING, y: y + 14, room: boxWidth - 2 * PADDING }
  context.font = '600 12px system-ui, sans-serif'
  paintLine(context, line, [text.title, color('text')], [text.count, color('accent')])
  context.font = SMALL_FONT
  paintLine(context, { ...line, y: y + 30 }, [text.subtitle, color('quiet')], [text.place, color('quiet')])
}

type Colored = readonly [text: string, color: string]

/** What is kept is cut only if it alone has no room: at its beginning, as it ends with figures. */
function paintLine(
  context: CanvasRenderingContext2D,
  { x, y, room }: { readonly x: number; readonly y: number; readonly room: number },
  [text, textColor]: Colored,
  [kept, keptColor]: Colored,
): void {
  const shownKept = kept === '' ? '' : shortened(context, kept, room, cutStart)
  const keptWidth = shownKept === '' ? 0 : context.measureText(` ${shownKept}`).width
  const left = room - keptWidth
  const shown = text === '' || left < LEAST_TEXT ? '' : shortened(context, text, left)
  context.fillStyle = textColor
  context.fillText(shown, x, y)
  context.fillStyle = keptColor
  const start = shown === '' ? 0 : context.measureText(`${shown} `).width
  if (shownKept !== '') context.fillText(shownKept, x + start, y)
}

/** Less room than that for some letters and a dot is used for none. */
const LEAST_TEXT = 28

const shortTexts = new Map<string, string>()

/** The text, cut if it is wider than the room: at its end, unless told otherwise. */
function shortened(context: CanvasRenderingContext2D, text: string, room: number, cut = cutEnd): string {
  const key = `${context.font}\0${Math.round(room)}\0${cut === cutEnd}\0${text}`
  const known = shortTexts.get(key)
  if (known !== undefined) return known
  let short = text
  if (context.measureText(text).width > room) {
    let [fits, tooLong] = [0, Math.min(text.length, 400)]
    while (tooLong - fits > 1) {
      const length = (fits + tooLong) >> 1
      if (context.measureText(cut(text, length)).width <= room) fits = length
      else tooLong = length
    }
    short = cut(text, fits)
  }
  if (shortTexts.size > 20_000) shortTexts.clear()
  shortTexts.set(key, short)
  return short
}

const cutEnd = (text: string, length: number) => `${text.slice(0, length).trimEnd()}…`
const cutStart = (text: string, length: number) => `…${text.slice(text.length - length)}`
