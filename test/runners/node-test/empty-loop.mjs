import { test } from 'node:test'
import { loadUser } from './pool.mjs'

test('waits for nothing that can happen', async () => {
  await loadUser()
})
