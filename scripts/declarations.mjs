// The declarations of each entry as one file in dist/cjs, with the comments of the source. Those for ES modules, in dist/types,
// export the same.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'

export async function bundleDeclarations(dist, entries) {
  mkdirSync(new URL('types', dist), { recursive: true })
  for (const entry of entries) {
    const bundle = await rollup({
      input: fileURLToPath(new URL(`${entry}.d.ts`, dist)),
      plugins: [dts()],
      external: /^node:/,
      onwarn(warning) {
        // An entry that exports nothing.
        if (warning.code !== 'EMPTY_BUNDLE') throw new Error(warning.message)
      },
    })
    await bundle.write({ file: fileURLToPath(new URL(`cjs/${entry}.d.ts`, dist)) })
    await bundle.close()
    writeFileSync(new URL(`types/${entry}.d.ts`, dist), `export * from '../cjs/${entry}.js'\n`)
  }
}
