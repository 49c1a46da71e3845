import { test } from 'node:test'

async function step() {
  await null
}

test('awaits without end', async () => {
  for (;;) await step()
})
