// CommonJS: file operations, an event, an interval, a promise that nothing can settle.
const { EventEmitter, once } = require('node:events')
const { open } = require('node:fs/promises')
const { execFileSync, spawn } = require('node:child_process')
const { mkdtempSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const folder = mkdtempSync(join(tmpdir(), 'async-trace-test-'))
execFileSync('mkfifo', [join(folder, 'pipe')])

async function readPipe() {
  // Opening waits for a writer that never comes.
  await open(join(folder, 'pipe'), 'r')
}

async function onJob(emitter) {
  await once(emitter, 'job')
}

async function forChild() {
  // It ends when its input does, at the latest with us.
  const child = spawn('cat')
  await new Promise((resolve) => child.on('exit', resolve))
}

async function everySecond() {
  await new Promise((resolve) => {
    let turns = 0
    setInterval(() => {
      if (++turns > 10_000) resolve()
    }, 1_000)
  })
}

// Held, or it would be collected with its function: nothing else could ever settle it.
const never = new Promise(() => {})

async function forEver() {
  await never
}

class Jobs extends EventEmitter {}

globalThis.jobs = new Jobs()
globalThis.kept = [readPipe(), onJob(globalThis.jobs), forChild(), everySecond(), forEver()]
setTimeout(() => console.log('ready', folder), 100)

/*
readPipe()
│  readPipe() common.cjs:14
└─ file operation

onJob()
│  onJob() common.cjs:18
└─ event 'job' of Jobs

forChild()
│  forChild() common.cjs:24
└─ event 'exit' of child process PID cat

everySecond()
│  everySecond() common.cjs:28
└─ setInterval 1000 ms, N ms remaining

forEver()
│  forEver() common.cjs:40
└─ unresolved promise; its resolve() was not found

The process is kept alive by:
  setInterval 1000 ms, N ms remaining, calls <anonymous> common.cjs:30
  child process PID cat
  file operation
*/
