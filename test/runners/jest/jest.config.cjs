module.exports = { setupFilesAfterEnv: ['async-trace/jest'], testEnvironment: 'node', transform: {} }
