/**
 * The class of an object, from its name in a snapshot: Node 26 appends what else it knows of it (`Jobs / file`,
 * `global (global*)`). V8's own keep the second part, which says what they are: `system / Context`.
 */
export function classOf(name: string): string {
  const ofEngine = /^system \/ [^/]+?(?= \/|$)/.exec(name)?.[0]
  return ofEngine ?? name.replace(/ (\/|\(global).*$/, '')
}
