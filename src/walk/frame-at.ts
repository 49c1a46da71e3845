import { authorName } from '../engine/author-names.js'
import { runningScript } from '../engine/own-scripts.js'
import { OwnMap } from '../engine/primordials.js'
import { fileOfScript } from '../engine/script-file.js'
import type { Site } from '../engine/site.js'
import { placeInSource } from '../engine/source-maps.js'
import type { Frame } from '../model/frame.js'
import { namedByCode } from './named-by-code.js'

const MAX_FRAMES = 50_000
const frames = new OwnMap<Site, Frame>()

/** The frame of a place, in the author's source. */
export function frameAt(site: Site | null, note: string): Frame {
  if (site === null) return { name: note, filename: null, line: null, column: null }
  let frame = frames.get(site)
  if (frame === undefined) {
    frame = Object.freeze(readFrame(site))
    if (frames.size >= MAX_FRAMES) frames.clear()
    frames.set(site, frame)
  }
  return frame
}

/** Where the function of a place begins. */
export function frameAtStart(site: Site): Frame {
  return readFrame({ ...site, line: site.enclosingLine, column: site.enclosingColumn })
}

function readFrame(site: Site): Frame {
  const { script, line, column } = site
  const name = authorName(namedByCode(site))
  if (script === null || script === '' || line === null || column === null) {
    return { name, filename: script || null, line: line ?? null, column: column ?? null }
  }
  if (site.isMapped === true || site.isInternal) return { name, filename: fileOfScript(script), line, column }
  const place = placeInSource(runningScript(script, site.scriptHash), line, column)
  return { name, filename: place.file, line: place.line, column: place.column }
}
