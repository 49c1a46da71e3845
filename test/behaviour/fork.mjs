// What a program can see of forked processes.
import 'async-trace'
import { ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, connect } from 'node:net'
import { inspect } from 'node:util'

const here = new URL(import.meta.url).pathname
const log = (...values) => console.log(...values.map((value) => (typeof value === 'string' ? value : inspect(value, { depth: 6 }))))
const noRegister = (flags) => flags.filter((flag) => !/async-trace/.test(flag) && flag !== '--import')

const roles = {
  echo() { process.on('message', (message) => (message === 'end' ? process.disconnect() : process.send(message))) },
  facts() {
    process.send({
      execArgv: noRegister(process.execArgv), argv: process.argv.slice(2), connected: process.connected,
      strange: Object.keys(process.env).filter((key) => /^ASYNC_TRACE_|^FORKED/.test(key)),
      listeners: [process.listenerCount('message'), process.listenerCount('internalMessage'), process.listenerCount('disconnect')],
    })
  },
  exits() { process.exit(5) },
  handle() { process.on('message', (message, server) => { server.on('connection', (socket) => socket.end('from child')); process.send('ready'); process.once('disconnect', () => server.close()) }) },
}

const page = {
  async facts() {
    for (const options of [undefined, {}, { execArgv: [] }, { execArgv: ['--no-warnings'] }, { env: { ...process.env, FORKED: '1' } }]) {
      const child = options === undefined ? fork(here, ['facts']) : fork(here, ['facts', 'more'], options)
      log(child.spawnargs.slice(1).filter((arg) => !arg.includes('async-trace') && arg !== '--import').map((arg) => arg.replace(here, 'here')), child.eventNames(), child.connected, typeof child.pid)
      log((await once(child, 'message'))[0], await once(child, 'exit'))
    }
  },
  async arguments() {
    for (const args of [[], [1], [here, 1], [here, [], { execPath: '/no/such' }], [here, [], 1], [here, [], { stdio: ['pipe'] }]]) {
      try { const child = fork(...args); log('made', (await once(child, 'error'))[0].code) } catch (error) { log(error.name, error.code, error.message) }
    }
  },
  async messages() {
    for (const serialization of ['json', 'advanced']) {
      const child = fork(here, ['echo'], { serialization })
      const got = []
      const values = ['text', 1, null, true, [1, [2]], { a: { b: 1 } }, { cmd: 'PLAIN' }]
      if (serialization === 'advanced') values.push(new Map([[1, 2]]), 1n, new Date(0), undefined)
      const done = new Promise((resolve) => child.on('message', (message) => { got.push(message); if (got.length === values.length) resolve() }))
      const results = values.map((value) => { try { return child.send(value) } catch (error) { got.push('threw'); return error.code } })
      for (const bad of [() => {}, Symbol('s')]) { try { child.send(bad); log('sent') } catch (error) { log(error.name, error.code) } }
      await done
      log(results.every((result) => typeof result === 'boolean' || result === 'ERR_MISSING_ARGS'), got)
      log(await new Promise((resolve) => child.send('with callback', resolve)))
      log((await once(child, 'message'))[0])
      child.send('end')
      log(await once(child, 'exit'))
      child.on('error', () => {})
      try { log(child.send('late')) } catch (error) { log(error.code) }
    }
  },
  async order() {
    const child = fork(here, ['echo'])
    const got = []
    for (let i = 0; i < 200; i++) child.send(i)
    child.on('message', (message) => { if (got.push(message) === 200) child.disconnect() })
    await once(child, 'exit')
    log(got.length, got.every((value, i) => value === i), child.listenerCount('message'), child.channel ?? null)
  },
  async handles() {
    const server = createServer()
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    const child = fork(here, ['handle'])
    const { port } = server.address()
    child.send('server', server, () => server.close())
    await once(child, 'message')
    let text = ''
    for await (const chunk of connect(port, '127.0.0.1')) text += chunk
    log(text)
    child.disconnect()
    log(await once(child, 'exit'))
  },
  async spawned() {
    const ipc = ['inherit', 'inherit', 'inherit', 'ipc']
    const shown = (args) => args.map((arg) => arg.replace(here, 'here').replace(process.execPath, 'node'))
    for (const flags of [[], ['--no-warnings', '--stack-size=900'], ['-r', 'node:fs']]) {
      const args = [...flags, here, 'facts', '--require', 'x']
      const child = spawn(process.execPath, args, { stdio: ipc, argv0: 'node' })
      log(shown(child.spawnargs), shown([child.spawnfile]), child.eventNames(), args.length)
      log((await once(child, 'message'))[0], await once(child, 'exit'))
    }
    const evaluated = spawn(process.execPath, ['-e', 'process.send([process.execArgv, process.argv.length])'], { stdio: ipc })
    log((await once(evaluated, 'message'))[0], await once(evaluated, 'exit'))
    const permission = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission'
    for (const [flags, options] of [[[permission], ''], [[], permission]]) {
      const child = spawn(process.execPath, [...flags, '-e', 'process.send(process.permission.has("fs.read"))'], {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        env: { ...process.env, NODE_OPTIONS: options },
      })
      log((await Promise.race([once(child, 'message'), once(child, 'exit')]))[0])
    }
    log(await once(spawn(process.execPath, [here], { stdio: 'ignore', env: { ...process.env, NODE_OPTIONS: '--no-such' } }), 'exit'))
    const missing = spawn('/no/such', ['x'], { stdio: ipc })
    const [error] = await once(missing, 'error')
    log(error.code, error.spawnargs, missing.connected)
    missing.disconnect()
    for (const options of [undefined, 1, {}]) {
      try { log(new ChildProcess().spawn(options)) } catch (error) { log(error.name, error.code, error.message) }
    }
    log(String(spawnSync(process.execPath, ['-p', '1 + 1']).stdout), ChildProcess.prototype.spawn.length, ChildProcess.prototype.spawn.name)
  },
  async ends() {
    log(await once(fork(here, ['exits']), 'exit'))
    const child = fork(here, ['echo'])
    child.send('x')
    await once(child, 'message')
    child.kill()
    log(await once(child, 'exit'), child.killed)
  },
}

const role = process.argv[2]
if (process.send !== undefined && role !== undefined) roles[role]()
else for (const [name, show] of Object.entries(page)) { log(`-- ${name}`); await show() }
