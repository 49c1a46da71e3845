// Async functions of Node's own, one within the other, between ours and the end: whose task it is, and who made it.
import { watch } from 'node:fs/promises'
import { show } from './show.mjs'

async function reload() {
  for await (const _ of watch(import.meta.dirname)) console.log('changed')
}
async function main() {
  await Promise.all([reload()])
}
main()
show({ tasks: true })

/* waits:
graph
main:9
  Promise.all (index 0) -> reload:6
reload:6
  await -> (file: watch of a file or folder)
tasks
  PENDING main:9 | task | <module>:11 [async] < root
  PENDING reload:6 | watch of a file or folder | main:9 [async] < <module>:11 < root
*/
