// Answers the scripts of src/operating-system/powershell-text.ts as Windows PowerShell would, from what /proc tells.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { operatingSystem } from '../../dist/operating-system/present-system.js'

const script = process.argv.at(-1)
const system = operatingSystem()
const quoted = (arg) => (/[ "]/.test(arg) ? `"${arg.replaceAll('"', '\\"')}"` : arg)

function processJson(pid) {
  try {
    const { executable, args } = system.detailsOf(pid)
    const [time] = system.runTimesOf([pid]).values()
    return {
      ProcessId: pid,
      ParentProcessId: system.parents().get(pid) ?? 0,
      ExecutablePath: executable,
      CommandLine: args.map(quoted).join(' '),
      KernelModeTime: 0,
      UserModeTime: time.ranMs * 10_000,
      Started: new Date(Math.round((Date.now() - system.ageMsOf(pid)) / 1e4) * 1e4).toISOString(),
    }
  } catch {
    return null
  }
}

/** Of IPv4 only. */
function sockets() {
  const owners = new Map()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1]
        if (inode !== undefined) owners.set(inode, Number(pid))
      }
    } catch {
      // Gone.
    }
  }
  const lines = readFileSync('/proc/self/net/tcp', 'utf8').split('\n').slice(1).filter(Boolean)
  return lines.flatMap((line) => {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/)
    if (!owners.has(inode)) return []
    const [address, port] = local.split(':')
    return {
      LocalAddress: address
        .match(/../g)
        .reverse()
        .map((byte) => Number.parseInt(byte, 16))
        .join('.'),
      LocalPort: Number.parseInt(port, 16),
      RemotePort: Number.parseInt(remote.split(':')[1], 16),
      OwningProcess: owners.get(inode),
      State: { '01': 'Established', '0A': 'Listen' }[state] ?? 'TimeWait',
      Created: `2026-11-30T00:00:${inode.padStart(12, '0')}Z`,
    }
  })
}

function answer() {
  if (script.includes('Get-CimInstance Win32_Process')) {
    const one = /ProcessId=(\d+)/.exec(script)?.[1]
    const pids = one === undefined ? [...system.parents().keys()] : [Number(one)]
    return pids.map(processJson).filter(Boolean)
  }
  const [, by, value] = /Get-NetTCPConnection -(OwningProcess|LocalPort) (\d+)/.exec(script)
  return sockets().filter((socket) => socket[by] === Number(value))
}

console.log(JSON.stringify(answer()))
