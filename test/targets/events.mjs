// Two events of one emitter are not one thing to wait for; one event is, for all who wait for it.
import { EventEmitter, once } from 'node:events'

const bus = new EventEmitter()

async function started() {
  await once(bus, 'start')
}

async function job() {
  await new Promise((resolve) => bus.on('job', resolve))
}

async function alsoStarted() {
  await once(bus, 'start')
}

started()
job()
alsoStarted()
setInterval(() => bus.listenerCount('job'), 900_000)
setTimeout(() => console.log('ready'), 50)

/*
started()
│  started() events.mjs:7
└─ event 'start' of EventEmitter #4

job()
│  job() events.mjs:11
└─ event 'job' of EventEmitter

alsoStarted() → #4
   alsoStarted() events.mjs:15

The process is kept alive by:
  setInterval 900000 ms, N ms remaining, calls <anonymous> events.mjs:21
*/
