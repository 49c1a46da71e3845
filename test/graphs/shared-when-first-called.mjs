// A promise that is kept where it is first awaited: the function that made it has a place as the later ones do.
import { never, show } from './show.mjs'

const cache = { loading: null }
let other
async function load() {
  await never()
}
async function first() {
  await (cache.loading ??= load())
}
async function second() {
  await (cache.loading ??= load())
}
async function third() {
  await (other = second())
}
first()
third()
show()
