// A program that waits in callbacks only.
const http = require('node:http')

const server = http.createServer((_request, response) => {
  setTimeout(function reply() {
    response.end()
  }, 600_000)
  setTimeout(() => console.log('ready'), 1100)
})
server.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, host: '127.0.0.1' })
})
setInterval(function poll() {}, 900_000)
setTimeout(function unheard() {}, 900_000).unref()

/*
1 HTTP request unanswered: GET /, sent by this process itself

No async function is suspended. The process is kept alive by:
  setTimeout 600000 ms, N ms remaining, calls reply() callbacks.cjs:5
  setInterval 900000 ms, N ms remaining, calls poll() callbacks.cjs:13
  server 127.0.0.1:PORT
  socket 127.0.0.1:… ×2
*/
