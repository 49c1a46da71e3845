// Has the command behave as on macOS, on a machine that is none.
Object.defineProperty(process, 'platform', { value: 'darwin' })
