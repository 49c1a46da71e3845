// A listener of an EventTarget is a small object of Node's in a list of a map: what is named is the event.
import { hold, show } from './show.mjs'

class Bus extends EventTarget {}
const bus = hold(new Bus())

async function opens() {
  await new Promise((resolve) => bus.addEventListener('open', resolve, { once: true }))
}
async function opensToo() {
  await new Promise((resolve) => bus.addEventListener('open', () => resolve('too')))
}
async function isReady() {
  await new Promise((resolve) => bus.addEventListener('ready', { handleEvent: () => resolve() }))
}
// The program's own class of that name is not taken for Node's.
class Listener {
  constructor(call) {
    this.listener = call
  }
}
async function hears() {
  await new Promise((resolve) => hold(new Listener(resolve)))
}
opens()
opensToo()
isReady()
hears()
show()

/* waits:
graph
hears:23
  await -> (unresolved promise; its resolve() is stored in Listener.listener)
isReady:14
  await -> (event: event 'ready' of Bus)
opens:8
  await -> (event: event 'open' of Bus)
opensToo:11
  await -> (event: event 'open' of Bus)
*/
