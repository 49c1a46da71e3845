// events.once of an emitter of the program's.

import { EventEmitter, once } from 'node:events'
import { hold, show } from './show.mjs'

class Bus extends EventEmitter {}
async function waits() {
  await once(hold(new Bus()), 'ready')
}
waits()
show({ tasks: true })

/* waits:
graph
waits:8
  await -> (event: event 'ready' of Bus)
tasks
  PENDING waits:8 | event 'ready' of Bus | <module>:10 [async] < root
*/
