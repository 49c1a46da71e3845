// Waits for events of emitters that have come to an end, or cannot come to one, each beside one that is as it should be.
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import http from 'node:http'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { PassThrough, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'

const ended = spawn('sh', ['-c', 'sleep 60 & echo started'])
const running = spawn('sleep', ['60'])
ended.stdout.resume()
await once(ended, 'exit')
async function childHasExited() {
  await once(ended, 'close')
}
async function childRuns() {
  await once(running, 'close')
}

const writing = spawn('sh', ['-c', 'head -c 1000000 /dev/zero'])
const heard = spawn('sh', ['-c', 'head -c 1000000 /dev/zero; sleep 60'])
heard.stdout.on('data', () => {})
async function childWrites() {
  await once(writing, 'exit')
}
async function childIsHeard() {
  await once(heard, 'exit')
}

const closing = createServer().listen(0, '127.0.0.1')
const open = createServer().listen(0, '127.0.0.1')
await Promise.all([once(closing, 'listening'), once(open, 'listening')])
const accepted = [closing, open].map((server) => once(server, 'connection'))
for (const server of [closing, open]) connect(server.address().port, '127.0.0.1')
await Promise.all(accepted)
closing.close()
async function serverCloses() {
  await once(closing, 'close')
}
async function serverListens() {
  await once(open, 'close')
}

const upgrades = http.createServer().listen(0, '127.0.0.1')
await once(upgrades, 'listening')
http.get({ port: upgrades.address().port, headers: { connection: 'upgrade', upgrade: 'chat' } }).on('error', () => {})
const [, upgraded] = await once(upgrades, 'upgrade')
upgraded.resume()
upgrades.close()
async function upgradedStays() {
  await once(upgrades, 'close')
}

const unread = new PassThrough({ highWaterMark: 4 })
const read = new PassThrough({ highWaterMark: 4 })
read.on('data', () => {})
for (const stream of [unread, read]) stream.write('more than four')
async function nothingReads() {
  await finished(unread)
}
async function isRead() {
  await finished(read)
}

const closed = new PassThrough().destroy()
await once(closed, 'close')
async function streamHasClosed() {
  await new Promise((resolve) => closed.once('drain', resolve))
}

const ends = createInterface({ input: Readable.from(['1\n']) })
const waitsForLines = createInterface({ input: new PassThrough() })
ends.resume()
await once(ends, 'close')
async function interfaceHasClosed() {
  await once(ends, 'line')
}
async function interfaceIsOpen() {
  await once(waitsForLines, 'line')
}

// The program's own word for something else.
const door = Object.assign(new EventEmitter(), { closed: true })
async function doorIsClosed() {
  await once(door, 'data')
}

const ofChildren = [childHasExited, childRuns, childWrites, childIsHeard]
const ofStreams = [nothingReads, isRead, streamHasClosed, interfaceHasClosed, interfaceIsOpen]
for (const wait of [...ofChildren, serverCloses, serverListens, upgradedStays, ...ofStreams, doorIsClosed]) wait()
globalThis.kept = { ends, waitsForLines, door }
setTimeout(() => console.log('ready'), 100)
