// A channel: whoever receives a message and sends one later has no turn that others wait for.
import { hangs } from './hangs.mjs'

class Channel {
  #receivers = []
  receive() {
    return new Promise((resolve) => this.#receivers.push(resolve))
  }
  send(message) {
    this.#receivers.shift()?.(message)
  }
}

const channel = new Channel()
async function relay() {
  const message = await channel.receive()
  await new Promise((resolve) => setTimeout(resolve, 1e6))
  channel.send(message)
}
async function listen() {
  await channel.receive()
}
hangs()
const all = Promise.all([relay(), listen()])
channel.send('hello')
await all

/* memory:
3 tasks pending.

Waiting for:
  relay() own-channel.mjs:17: setTimeout 1000000 ms, N ms remaining
  listen() own-channel.mjs:21: unresolved promise; its resolve() is stored in Channel.#receivers
*/

/* records:
3 tasks pending.

Waiting for:
  listen() own-channel.mjs:21: unresolved promise; its resolve() is stored in Channel.#receivers
  relay() own-channel.mjs:17: setTimeout 1000000 ms, N ms remaining, made by <anonymous> own-channel.mjs:17
*/
