import { body, script, style } from './page-parts.js'
import { type PageSnapshot, packSnapshot } from './page-snapshot.js'

/** A page that has its snapshot in it; or, without one, a page that asks the endpoint it came from. */
export interface WaitGraphPageOptions {
  readonly snapshot?: PageSnapshot
  /** Of the window; default `async-trace`. */
  readonly title?: string
}

let allowed: string | null = null

/** `node:crypto` takes milliseconds to load: only a page needs it. */
function allowedParts(): string {
  const { createHash } = process.getBuiltinModule('node:crypto')
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  return `script-src ${hash(script)}; style-src ${hash(style)}`
}

/** What the page may do: run its own script and style, and, without a snapshot, ask its own origin. */
export function pageSecurityPolicy(isLive: boolean): string {
  allowed ??= allowedParts()
  return `default-src 'none'; img-src data:; ${allowed}; connect-src ${isLive ? "'self'" : "'none'"}; base-uri 'none'; form-action 'none'`
}

/** The wait graph and the tasks as one HTML file that needs nothing else: no network, no other file. */
export function waitGraphPage({ snapshot, title = 'async-trace' }: WaitGraphPageOptions = {}): string {
  const isLive = snapshot === undefined
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(pageSecurityPolicy(isLive))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
${body}${isLive ? '' : `<script type="application/json" id="snapshot">${scriptJson(packSnapshot(snapshot))}</script>\n`}<script>${script}</script>
</body>
</html>
`
}

/** JSON that nothing can end early: no `<` that could be a tag, no line separator that a script could trip over. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
