/** A process as `Win32_Process` describes it. Source: learn.microsoft.com, Win32_Process class. */
export interface WindowsProcess {
  readonly pid: number
  readonly parent: number
  /** Null if it belongs to another user. */
  readonly executable: string | null
  readonly commandLine: string | null
  readonly startedAtMs: number
  readonly ranMs: number
}

/** A script that writes all processes, or the one with a number, as JSON. */
export function processScript(pid: number | null): string {
  const filter = pid === null ? '' : ` -Filter 'ProcessId=${pid}'`
  // Started is in UTC, so that it does not change with the clock of the user.
  return `ConvertTo-Json -Compress -InputObject @(Get-CimInstance Win32_Process${filter} | Select-Object ProcessId,ParentProcessId,ExecutablePath,CommandLine,KernelModeTime,UserModeTime,@{n='Started';e={if($_.CreationDate){$_.CreationDate.ToUniversalTime().ToString('o')}}})`
}

interface ProcessJson {
  readonly ProcessId: number
  readonly ParentProcessId: number
  readonly ExecutablePath: string | null
  readonly CommandLine: string | null
  /** In units of 100 ns. */
  readonly KernelModeTime: number | null
  readonly UserModeTime: number | null
  readonly Started: string | null
}

export function parseProcesses(text: string): WindowsProcess[] {
  return (listIn(text) as ProcessJson[]).map((each) => ({
    pid: each.ProcessId,
    parent: each.ParentProcessId,
    executable: each.ExecutablePath,
    commandLine: each.CommandLine,
    startedAtMs: Date.parse(each.Started ?? ''),
    ranMs: ((each.KernelModeTime ?? 0) + (each.UserModeTime ?? 0)) / 10_000,
  }))
}

/** A TCP socket as `Get-NetTCPConnection` describes it. */
export interface WindowsTcpSocket {
  readonly pid: number
  /** Tells it from a later one on the same port. */
  readonly id: string
  readonly localAddress: string
  readonly localPort: number
  readonly remotePort: number
  /** `Listen`, `Established` …, in English whatever the language of the system. */
  readonly state: string
}

/** A script that writes the TCP sockets of a process, or those that use a local port, as JSON. */
export function socketScript(by: 'OwningProcess' | 'LocalPort', value: number): string {
  return `ConvertTo-Json -Compress -InputObject @(Get-NetTCPConnection -${by} ${value} -ErrorAction SilentlyContinue | Select-Object LocalAddress,LocalPort,RemotePort,OwningProcess,@{n='State';e={"$($_.State)"}},@{n='Created';e={if($_.CreationTime){$_.CreationTime.ToUniversalTime().ToString('o')}}})`
}

interface SocketJson {
  readonly LocalAddress: string
  readonly LocalPort: number
  readonly RemotePort: number
  readonly OwningProcess: number
  readonly State: string
  readonly Created: string | null
}

/** In the order in which they were made. */
export function parseSockets(text: string): WindowsTcpSocket[] {
  const sockets = (listIn(text) as SocketJson[]).map((each) => ({
    pid: each.OwningProcess,
    id: `${each.LocalAddress}:${each.LocalPort}@${each.Created ?? ''}`,
    localAddress: each.LocalAddress,
    localPort: each.LocalPort,
    remotePort: each.RemotePort,
    state: each.State,
    created: each.Created ?? '',
  }))
  return sockets.sort((a, b) => (a.created < b.created ? -1 : 1)).map(({ created, ...socket }) => socket)
}

/** PowerShell 5 writes nothing, or one object, where a list has none or one. */
function listIn(text: string): unknown[] {
  const trimmed = text.replace(/^\uFEFF/, '').trim()
  if (trimmed === '') return []
  const value: unknown = JSON.parse(trimmed)
  return Array.isArray(value) ? value : [value]
}

/** A command line in its arguments. Source: learn.microsoft.com, parsing C command-line arguments. */
export function splitCommandLine(text: string): string[] {
  const args: string[] = []
  let arg = ''
  let isQuoted = false
  let isBegun = false
  for (let i = 0; i < text.length; ) {
    const [backslashes = ''] = /^\\*/.exec(text.slice(i)) ?? []
    const next = text[i + backslashes.length]
    if (next === '"') {
      arg += '\\'.repeat(backslashes.length >> 1)
      isBegun = true
      // After an odd number, it stands for itself.
      if (backslashes.length % 2 === 1) arg += '"'
      else isQuoted = !isQuoted
      i += backslashes.length + 1
      continue
    }
    arg += backslashes
    i += backslashes.length
    isBegun ||= backslashes !== ''
    if (next === undefined) break
    i++
    if ((next === ' ' || next === '\t') && !isQuoted) {
      if (isBegun) args.push(arg)
      arg = ''
      isBegun = false
      continue
    }
    arg += next
    isBegun = true
  }
  return isBegun ? [...args, arg] : args
}
