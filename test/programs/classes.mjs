// Methods, static and private methods, constructors, accessors and arrow fields, named as V8 names them.
import { trace } from './trace.mjs'

class Service {
  constructor() {
    trace('a') // a0 new Service
  }

  static async create() {
    await null
    const service = new Service() // a1 Service.create
    await service.start() // b2 Service.create, c2 Service.create, d2 Service.create, e2 Service.create
    return service
  }

  async start() {
    await this.#connect() // b1 Service.start
    void this.poll() // c1 Service.start [ASYNC]
    void this.state // d1 Service.start
    this.state = 'up' // e1 Service.start
  }

  async #connect() {
    await null
    trace('b') // b0 #connect
  }

  poll = async () => {
    await null
    trace('c') // c0 Service.poll
  }

  get state() {
    trace('d') // d0 get state
    return 'down'
  }

  set state(_value) {
    trace('e') // e0 set state
  }
}

await Service.create() // a2 <module>, b3 <module>, c3 <module>, d3 <module>, e3 <module>
