// Waits for events of emitters that have closed: those that nothing else can settle never end, and the others may.
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import { PassThrough, Readable } from 'node:stream'

const gone = new PassThrough()
gone.destroy()
const other = new EventEmitter()
const lines = createInterface({ input: Readable.from(['1\n']) })
const child = spawn('true')
await Promise.all([once(lines, 'close'), once(child, 'close'), once(gone, 'close')])
const held = []
const { signal } = new AbortController()

async function neverDrains() {
  await new Promise((resolve) => gone.once('drain', resolve))
}
async function neverCloses() {
  await new Promise((resolve) => lines.once('close', resolve))
}
async function neverComes() {
  await once(gone, 'data')
}
async function neverExits() {
  await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject))
}
async function mayTimeOut() {
  await new Promise((resolve, reject) => {
    gone.once('drain', resolve)
    setTimeout(() => reject(new Error('too late')), 3_600_000)
  })
}
async function mayBeCalled() {
  await new Promise((resolve) => {
    held.push(resolve)
    gone.once('drain', resolve)
  })
}
async function mayHearOther() {
  await new Promise((resolve) => {
    gone.once('drain', resolve)
    other.once('done', resolve)
  })
}
async function mayBeAborted() {
  await once(gone, 'drain', { signal })
}
async function mayBeEmitted() {
  await new Promise((resolve) => gone.once('job', resolve))
}
async function mayFail() {
  await new Promise((resolve, reject) => {
    gone.once('drain', resolve)
    held.push(reject)
  })
}
async function hasOtherWay() {
  await Promise.race([neverDrains(), new Promise((resolve) => held.push(resolve))])
}
const waits = [neverDrains, neverCloses, neverComes, neverExits, mayTimeOut, mayBeCalled, mayHearOther, mayBeAborted, mayBeEmitted]
for (const wait of [...waits, mayFail, hasOtherWay]) wait()
globalThis.kept = { gone, other, lines, child, signal }
setTimeout(() => console.log('ready'), 100)
