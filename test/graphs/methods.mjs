// Names of methods, static and private ones and arrows.
import { never, show } from './show.mjs'

const gone = never()
class Service {
  static async start() {
    await new Service().#run()
  }
  async #run() {
    await this.step()
  }
  step = async () => {
    await gone
  }
}
Service.start()
show({ stacks: { gone } })

/* waits:
graph
Service.start:7 #run:10 Service.step:13
  await -> (unresolved promise; its resolve() was not found)
stack of gone
  (promise)
    Service.step:13 < #run:10 < Service.start:7
*/
