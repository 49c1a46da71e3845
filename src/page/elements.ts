type Child = Node | string | null | undefined
type Attributes = Readonly<Record<string, string | boolean | (() => void)>>

/**
 * An element with attributes (`onclick` takes a function) and children. Text is always set as text: nothing of the
 * program's is ever read as markup.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value)
    else if (value === true) made.setAttribute(name, '')
    else if (value !== false) made.setAttribute(name, value)
  }
  for (const child of children) if (child != null) made.append(child)
  return made
}

/** The element of the page's own markup with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`The page has no #${id}`)
  return found as T
}
