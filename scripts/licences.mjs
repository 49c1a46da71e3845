import { readdirSync, readFileSync } from 'node:fs'

/**
 * The licences of the packages whose code is built in, as one text.
 *
 * @param {readonly string[]} sources the files that were built in, relative to root.
 * @param {URL} root
 */
export function licencesOf(sources, root) {
  const folders = new Set(sources.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(file) ?? []))
  const licences = [...folders].sort().map((folder) => {
    const files = readdirSync(new URL(folder, root)).filter((name) => /^licen[cs]e/i.test(name))
    const texts = files.map((name) => readFileSync(new URL(folder + name, root), 'utf8').trim())
    if (texts.length === 0) throw new Error(`${folder} has no licence to go with the code of it that is built in.`)
    return [folder.replace(/^.*node_modules\/|\/$/g, ''), ...texts].join('\n\n')
  })
  return `${licences.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}
