// Says what it has on globalThis, whenever it is told to.
const held = []
class Pool {
  #waiting = []
  async get() {
    await new Promise((resolve) => this.#waiting.push(resolve))
  }
}
async function waits() {
  await new Promise((resolve) => held.push(resolve))
}
const tell = () => console.log(`ready ${Reflect.ownKeys(globalThis).map(String)}`)
process.on('SIGUSR2', tell)
setInterval(() => {}, 900_000)
const pool = new Pool()
process.on('exit', () => pool)
waits()
pool.get()
tell()
