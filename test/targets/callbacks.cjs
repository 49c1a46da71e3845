// A program that waits in callbacks only.
const http = require('node:http')

const server = http.createServer((_request, response) => {
  setTimeout(function reply() {
    response.end()
  }, 600_000)
  console.log('ready')
})
server.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, host: '127.0.0.1' })
})
setInterval(function poll() {}, 900_000)
setTimeout(function unheard() {}, 900_000).unref()

/*
1 HTTP request unanswered: GET /
1 HTTP request to other servers without a complete answer: GET 127.0.0.1:PORT/, sent, no answer

No async function is suspended. The process is kept alive by:
  setTimeout 600000 ms, N ms remaining, calls reply() callbacks.cjs:5
  setInterval 900000 ms, N ms remaining, calls poll() callbacks.cjs:13
  server 127.0.0.1:PORT
  socket 127.0.0.1:… ×2
*/
