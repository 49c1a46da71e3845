// The one vocabulary of leaves, on facts written by hand; and what the facts of Node's own objects are.
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { readResources, resourceOfRead } from '../dist/engine/read-resources.js'
import { resourceOfClass } from '../dist/model/node-resources.js'
import { endIn } from '../dist/model/wait-end.js'
import { leafOf } from '../dist/waits/leaf-names.js'

const socket = { kind: 'socket', transport: 'tcp', local: '127.0.0.1:1', remote: '127.0.0.1:5432' }
const timer = { kind: 'timer', delayMs: 60_000.4, remainingMs: 49_000, repeats: false }
const worker = { kind: 'worker', threadId: 3 }
const child = { kind: 'child process', pid: 71, file: 'sleep', stream: null }
const resource = (it, through = null, listedIn = null) => ({ kind: 'resource', resource: it, through, listedIn })
const event = (name, emitter, state = null) => ({ kind: 'event', event: name, emitter, state })

for (const [waker, kind, label] of [
  [resource(timer), 'timer', 'setTimeout 60000 ms, 49 s remaining'],
  [resource({ ...timer, repeats: true }), 'timer', 'setInterval 60000 ms, 49 s remaining'],
  [resource({ ...timer, delayMs: null }), 'timer', 'timer'],
  [resource(socket, 'Query'), 'socket', 'socket 127.0.0.1:5432, through Query'],
  [
    resource(socket, 'Rpc', '.pending'),
    'socket',
    'unresolved promise; its resolve() is stored in Rpc.pending; Rpc has socket 127.0.0.1:5432',
  ],
  [resource({ ...socket, remote: null }), 'socket', 'socket 127.0.0.1:1, not connected'],
  [resource({ ...socket, transport: 'unknown', local: null, remote: null }), 'socket', 'socket'],
  [resource({ ...socket, transport: 'pipe', local: null, remote: null }), 'socket', 'pipe'],
  [resource({ kind: 'server', local: null }), 'server', 'server'],
  [resource(worker), 'worker', 'worker 3'],
  [resource({ kind: 'dns', query: 'lookup', name: 'a.example' }), 'operation', 'DNS lookup a.example'],
  [resource({ kind: 'operation', name: 'ScryptJob' }), 'operation', 'crypto.scrypt()'],
  [resource({ kind: 'operation', name: 'SCRYPTREQUEST' }), 'operation', 'crypto.scrypt()'],
  [resource({ ...child, stream: 1 }), 'process', 'standard output of child process 71 sleep'],
  [event('exit', child), 'event', "event 'exit' of child process 71 sleep"],
  [event('close', 'Interface', { kind: 'closed' }), 'event', "event 'close' of Interface, which has closed already"],
  [
    event('close', child, { kind: 'exited', code: 0, signal: null, openStreams: [1], heldBy: [] }),
    'event',
    "event 'close' of child process 71 sleep, which has exited with code 0; its standard output is still open",
  ],
  [
    event('exit', child, { kind: 'exited', code: null, signal: 'SIGKILL', openStreams: [], heldBy: [] }),
    'event',
    "event 'exit' of child process 71 sleep, which was ended by SIGKILL",
  ],
  [
    event('close', 'Server', { kind: 'closing', connections: 2, upgraded: 0 }),
    'event',
    "event 'close' of Server, which has stopped listening and waits for 2 open connections",
  ],
  [
    event('close', 'Server', { kind: 'closing', connections: 3, upgraded: 1 }),
    'event',
    "event 'close' of Server, which has stopped listening and waits for 3 open connections, 1 of them upgraded (WebSocket)",
  ],
  [
    { kind: 'stream end', stream: 'Parser', state: { kind: 'unread' } },
    'event',
    'end of Parser, whose buffer is full, and nothing reads from it',
  ],
  [event(null, 'Jobs'), 'event', 'event of Jobs'],
  [{ kind: 'stream end', stream: 'Parser', state: null }, 'event', 'end of Parser'],
  [{ kind: 'suspended', names: ['a', '<anonymous>', 'c', 'd'], areNodes: false }, 'promise', null],
  [
    { kind: 'object', className: 'Mutex', path: '.queue' },
    'promise',
    'unresolved promise; its resolve() is stored in Mutex.queue',
  ],
]) {
  test(label ?? 'suspended functions', () => {
    const leaf = leafOf(endIn(waker))
    assert.equal(leaf.kind, kind)
    assert.equal(leaf.label, label ?? 'unresolved promise; its resolve() is held by a() and <anonymous> and c() only')
    assert.equal(leaf.createdAt, null)
  })
}

test('an event has the addresses of its socket', () => {
  assert.deepEqual(leafOf(endIn(event('data', socket))), {
    kind: 'event',
    label: "event 'data' of socket 127.0.0.1:5432",
    createdAt: null,
    local: '127.0.0.1:1',
    remote: '127.0.0.1:5432',
  })
})

test('a time limit is said behind the leaf', () => {
  const limited = (remainingMs) => leafOf(endIn({ kind: 'unknown' }, { timeLimit: { ...timer, remainingMs } })).label
  assert.equal(limited(49_000), 'promise, times out in 49 s')
  assert.equal(limited(800), 'promise, times out in 800 ms')
  assert.equal(limited(1_500), 'promise, times out in 1.5 s')
  assert.equal(limited(600_000), 'promise, times out in 10 min')
})

test('a class of the program is no resource, whatever it is called', () => {
  const asked = [
    new (class Worker extends EventEmitter {})(),
    new (class Server {})(),
    { _handle: new (class TCP {})(), fd: 1 },
    { _handle: { constructor: { name: 'Process' } }, spawnfile: 'sh', pid: 1 },
    new Proxy({}, { getPrototypeOf: () => assert.fail('code of the program was called') }),
    () => {},
  ]
  const read = readResources([], asked, process.getBuiltinModule)
  assert.deepEqual(read.map(resourceOfRead), [null, null, null, null, null, null])
  assert.equal(read[0].className, 'Worker')
})

test('what the class alone tells', () => {
  assert.deepEqual(
    resourceOfClass('TCPConnectWrap', (key) => ({ address: '::1', port: '80' })[key] ?? null),
    { kind: 'connecting', remote: '::1:80' },
  )
  assert.deepEqual(
    resourceOfClass('Worker', () => null),
    { kind: 'worker', threadId: null },
  )
  assert.deepEqual(
    resourceOfClass('SomethingWrap', () => null),
    { kind: 'operation', name: 'SomethingWrap' },
  )
})
