// What a program can see of other processes of Node.js that it starts, which inherit NODE_OPTIONS, and of their workers.
import 'async-trace'
import { exec, execFile, execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'

const node = process.execPath
const here = new URL(import.meta.url).pathname
const asks = `const { Worker, isMainThread } = require('node:worker_threads')
  console.log(process.argv.length, process.execArgv.join(), isMainThread, Object.keys(process.env).filter((key) => /^ASYNC_TRACE_/.test(key)).join())
  new Worker('require("node:worker_threads").parentPort.postMessage(process.execArgv.join())', { eval: true })
    .on('message', (flags) => console.log('worker', flags)).on('exit', (code) => console.log('exit', code))`
const fails = 'process.on("exit", (code) => console.log("exit", code)); setTimeout(() => { throw new RangeError("late") }, 1)'
const masked = (text) => String(text).replaceAll(/ +at .*\n/g, '').replaceAll(/\n(?:file:|node:).*\n/g, '\n')

const roles = {
  says() { process.send([process.execArgv.length, process.argv.length]) },
  asks() {
    console.log(process.argv.length, Object.keys(process.env).filter((key) => /^ASYNC_TRACE_/.test(key)).join())
    new Worker('require("node:worker_threads").parentPort.postMessage(1)', { eval: true })
      .on('message', (message) => console.log('worker', message)).on('exit', (code) => console.log('exit', code))
  },
}

async function page() {
  console.log(masked(execFileSync(node, ['-e', asks], { encoding: 'utf8' })))
  console.log(masked(execSync(`"${node}" -p "1 + 1"`, { encoding: 'utf8' })))
  const failed = spawnSync(node, ['-e', fails], { encoding: 'utf8' })
  console.log(failed.status, failed.signal, failed.stdout, /RangeError: late/.test(failed.stderr))
  const input = spawnSync(node, ['-'], { input: 'console.log("from", process.argv[1])', encoding: 'utf8' })
  console.log(input.status, input.stdout, input.stderr)
  console.log(await promisify(execFile)(node, ['--input-type=module', '-e', 'console.log(await Promise.all([1, 2]))']))
  console.log((await promisify(exec)(`"${node}" -e "process.exit(3)"`).catch((error) => error)).code)
  for (const stdio of ['pipe', 'ignore']) {
    const child = spawn(node, ['-e', 'setInterval(() => {}, 1000)'], { stdio, env: { ...process.env, MORE: '1' } })
    await once(child, 'spawn')
    child.kill('SIGTERM')
    console.log(stdio, await once(child, 'exit'), child.eventNames().map(String).join())
  }
  const forking = `const { fork } = require('node:child_process'); const { parentPort } = require('node:worker_threads')
    const child = fork(${JSON.stringify(here)}, ['says'])
    child.on('message', (message) => parentPort.postMessage(message)).on('exit', (code) => parentPort.postMessage(['exit', code]))`
  const worker = new Worker(forking, { eval: true })
  worker.on('message', (message) => console.log('from a worker', message.join()))
  console.log(await once(worker, 'exit'))
  const child = fork(here, ['asks'], { silent: true })
  child.stdout.setEncoding('utf8')
  let text = ''
  child.stdout.on('data', (chunk) => { text += chunk })
  console.log(await once(child, 'close'), text)
  const cleared = spawnSync(node, ['-e', 'console.log(Object.keys(process.env).length)'], { env: {}, encoding: 'utf8' })
  console.log(cleared.stdout)
}

await (roles[process.argv[2]] ?? page)()
