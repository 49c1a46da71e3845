// events.once of an emitter of the program's.
import { hold, show } from './show.mjs'
import { EventEmitter, once } from 'node:events'
class Bus extends EventEmitter {}
async function waits() {
  await once(hold(new Bus()), 'ready')
}
waits()
show({ tasks: true })

/* waits:
graph
waits:6
  await -> (event: event 'ready' of Bus)
tasks
  PENDING waits:6 | event 'ready' of Bus | <module>:8 [async] < root
*/
