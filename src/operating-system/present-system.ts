import type { OperatingSystem } from './operating-system.js'
import { WindowsSystem } from './powershell.js'
import { LinuxSystem } from './proc-files.js'
import { UnixSystem } from './ps-and-lsof.js'

let present: OperatingSystem | null = null

/** The operating system that this process runs on. ASYNC_TRACE_FACTS=ps has Linux asked as macOS and BSD are, for tests. */
export function operatingSystem(): OperatingSystem {
  present ??= choose()
  return present
}

function choose(): OperatingSystem {
  if (process.platform === 'win32') return new WindowsSystem()
  if (process.platform !== 'linux' || process.env['ASYNC_TRACE_FACTS'] === 'ps') return new UnixSystem()
  return new LinuxSystem()
}
