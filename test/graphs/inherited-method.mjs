// Functions are named by the code, not by the object that they are called on.
import { never, show } from './show.mjs'

const gone = never()
class Animal {
  async call() {
    await gone
  }
  static async find() {
    await gone
  }
}
class Dog extends Animal {}
const cat = {
  async purr() {
    await gone
  },
}
async function handler() {
  await gone
}
function Store() {}
Store.prototype.load = async function load() {
  await gone
}
new Dog().call()
Dog.find()
cat.purr()
handler.call(new Dog())
new Store().load()
show({ stacks: { gone } })

/* waits:
graph
Animal.call:7
  await -> (unresolved promise; its resolve() was not found)
Animal.find:10
  await -> (unresolved promise; its resolve() was not found)
Store.load:24
  await -> (unresolved promise; its resolve() was not found)
handler:20
  await -> (unresolved promise; its resolve() was not found)
purr:16
  await -> (unresolved promise; its resolve() was not found)
stack of gone
  (promise)
    Animal.call:7
    Animal.find:10
    purr:16
    handler:20
    Store.load:24
*/
