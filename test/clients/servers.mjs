// Real servers on loopback, in temporary folders, for as long as a test runs.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** @returns the file of a program of the PATH or of Debian's folders for PostgreSQL, the newest; null for none. */
export function findProgram(name) {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...versions.map((it) => join(debian, it, 'bin'))]
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null
}

export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'async-trace-postgres-'))
  const user = postgresUser()
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  execFileSync(findProgram('initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-N'], {
    ...user,
    cwd: folder,
    stdio: 'ignore',
  })
  const port = await freePort()
  const args = ['-D', data, '-k', folder, '-h', '127.0.0.1', '-p', port, '-F']
  return await start(findProgram('postgres'), args, { folder, port, user, signal: 'SIGINT' })
}

export async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'async-trace-redis-'))
  const port = await freePort()
  const args = ['--bind', '127.0.0.1', '--port', port, '--save', '', '--dir', folder]
  return await start(findProgram('redis-server'), args, { folder, port, user: {}, signal: 'SIGTERM' })
}

/** Answers `/ping`, and nothing else ever. */
export async function startSilent() {
  const server = createHttpServer(({ url }, response) => {
    if (url === '/ping') response.end('pong')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: server.address().port,
    stop: async () => {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

/** PostgreSQL refuses to run as root. */
function postgresUser() {
  if (process.getuid() !== 0) return {}
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function freePort() {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address()
  await once(server.close(), 'close')
  return String(port)
}

async function start(file, args, { folder, port, user, signal }) {
  const child = spawn(file, args, { ...user, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  const ended = once(child, 'exit')
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    child.kill(signal)
    await ended
    process.off('exit', kill)
    rmSync(folder, { recursive: true, force: true })
  }
  for (let i = 0; i < 600; i++) {
    if (/ready to accept connections/i.test(output) && (await accepts(port))) return { port, stop }
    if (child.exitCode !== null) break
    await sleep(50)
  }
  await stop()
  throw new Error(`${file} did not start:\n${output}`)
}

async function accepts(port) {
  const socket = connect(Number(port), '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
