export default {
  test: { setupFiles: ['async-trace/vitest'], include: ['*.test.*'], watch: false, slowTestThreshold: 100_000 },
}
