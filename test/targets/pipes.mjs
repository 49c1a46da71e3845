// Sockets without addresses: the pipes of a child process, one with a name in the file system; and datagrams.
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

async function firstOutput() {
  // It ends when its input does, at the latest with us.
  const child = spawn('cat')
  await new Promise((resolve) => child.stdout.on('data', resolve))
}

async function datagram() {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await new Promise((resolve) => socket.on('message', resolve))
}

async function answer(path) {
  const socket = connect(path)
  await new Promise((resolve) => socket.on('data', resolve))
}

const folder = mkdtempSync(join(tmpdir(), 'async-trace-test-'))
const path = join(folder, 'socket')
firstOutput()
datagram()
createServer(() => {}).listen(path, () => answer(path))
setTimeout(() => console.log('ready', folder), 100)

/*
firstOutput()
│  firstOutput() pipes.mjs:12
└─ event 'data' of standard output of child process PID cat

datagram()
│  datagram() pipes.mjs:17
└─ event 'message' of UDP socket 127.0.0.1:PORT

answer()
│  answer() pipes.mjs:22
└─ event 'data' of pipe

The process is kept alive by:
  child process PID cat
  UDP socket 127.0.0.1:PORT
  server /tmp/async-trace-test-…/socket
  pipe ×2
*/
