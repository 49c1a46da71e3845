import { test } from 'node:test'

function work() {
  let sum = 0
  for (let i = 0; i < 1e6; i++) sum += i
  return sum
}

function loop() {
  for (;;) work()
}

test('never returns', async () => {
  await new Promise((resolve) => setTimeout(resolve, 10))
  loop()
})
