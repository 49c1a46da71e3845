// Runs programs that a compiler or a test runner transforms, in a project of their own that has installed the package.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'commonjs',
    moduleResolution: 'node10',
    types: ['node'],
    sourceMap: true,
  },
}

/** The innermost frames of author.ts, and of author.test.ts. */
export const AUTHOR = [
  ['save', 'author.ts', 12],
  ['again', 'author.ts', 19],
  ['main', 'author.ts', 23],
  ['<module>', 'author.ts', 27],
]
export const TEST = [
  ['save', 'author.test.ts', 12],
  ['<anonymous>', 'author.test.ts', 19],
]

export class Project {
  folder = mkdtempSync(join(tmpdir(), 'async-trace-compiled-'))

  /** @param files what it holds besides the author's files: text by name. */
  constructor(files = {}) {
    const installed = join(this.folder, 'node_modules')
    mkdirSync(installed)
    for (const name of readdirSync(join(root, 'node_modules'))) {
      if (name !== 'async-trace') symlinkSync(join(root, 'node_modules', name), join(installed, name))
    }
    for (const part of ['package.json', 'dist']) {
      cpSync(join(root, part), join(installed, 'async-trace', part), { recursive: true })
    }
    cpSync(join(root, 'test/fixtures/compiled'), this.folder, { recursive: true })
    const all = { 'package.json': '{"private": true}', 'tsconfig.json': JSON.stringify(TSCONFIG), ...files }
    for (const [name, text] of Object.entries(all)) writeFileSync(join(this.folder, name), text)
  }

  run(args, env = {}) {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: this.folder,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      timeout: 120_000,
    })
    assert.equal(status, 0, `${stdout}\n${stderr}`)
    return { stdout, stderr }
  }

  /** The frames that the author's file prints. */
  frames(args, env) {
    const { stdout, stderr } = this.run(args, env)
    const line = /FRAMES (\[.*\])/.exec(stdout)?.[1]
    assert.ok(line !== undefined, `${stdout}\n${stderr}`)
    return JSON.parse(line)
  }

  /** What the command says of the program, which stays. */
  async tree(args) {
    const child = spawn(process.execPath, [...args, 'stay'], { cwd: this.folder, stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      let text = ''
      for await (const piece of child.stdout) {
        text += piece
        if (text.includes('READY')) break
      }
      const command = join(root, 'dist/cli/async-trace.js')
      const asked = [command, 'tree', String(child.pid), '--force', '--timeout', '100000']
      return this.run(asked).stdout
    } finally {
      child.kill()
    }
  }

  remove() {
    rmSync(this.folder, { recursive: true })
  }
}
