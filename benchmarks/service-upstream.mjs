/** The other service, never traced: answers each request with the path that it got. Sends `{ port }`. */
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ id: request.url }))
})
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
