/** Where the graph is on the canvas: a point of the graph times `scale` plus the offset is a point of the canvas. */
export interface View {
  readonly scale: number
  readonly left: number
  readonly top: number
}

interface Rectangle {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

const SMALLEST = 0.02
const LARGEST = 3
export const MARGIN = 24
/** No text is smaller than 11 pixels. */
export const READABLE = 1

/** The whole rectangle in the middle, never enlarged; where that could not be read, its beginning. */
export function viewOf(area: Rectangle, width: number, height: number, smallest = SMALLEST): View {
  const fits = Math.min((width - 2 * MARGIN) / area.width, (height - 2 * MARGIN) / area.height)
  const scale = clamp(Math.min(fits, 1), smallest, 1)
  const side = (start: number, size: number, space: number) =>
    (size * scale <= space - 2 * MARGIN ? (space - size * scale) / 2 : MARGIN) - start * scale
  return { scale, left: side(area.left, area.width, width), top: side(area.top, area.height, height) }
}

export function zoomed(view: View, factor: number, x: number, y: number): View {
  const scale = clamp(view.scale * factor, SMALLEST, LARGEST)
  const by = scale / view.scale
  return { scale, left: x - (x - view.left) * by, top: y - (y - view.top) * by }
}

export function moved(view: View, dx: number, dy: number): View {
  return { ...view, left: view.left + dx, top: view.top + dy }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
