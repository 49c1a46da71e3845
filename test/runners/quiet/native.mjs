import { execSync } from 'node:child_process'
import { test } from 'node:test'

test('runs a command', () => {
  execSync('sleep 30')
})
