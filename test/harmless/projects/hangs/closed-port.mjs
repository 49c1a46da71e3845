// A port at which nothing listens.
import { once } from 'node:events'
import { createServer } from 'node:net'

export async function closedPort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
