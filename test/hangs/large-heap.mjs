// Loaded before a program: its heap is too large to be read by the process itself.
globalThis.large = Array.from({ length: 400_000 }, (_, id) => ({ id, name: `name ${id}` }))
