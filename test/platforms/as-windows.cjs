// Has the command behave as on Windows, on a machine that is none: PowerShell is ./powershell.exe, which has to be in PATH.
Object.defineProperty(process, 'platform', { value: 'win32' })
