import { test } from 'node:test'

test('prints now and then', async () => {
  for (let i = 0; i < 8; i++) {
    await new Promise((resolve) => setTimeout(resolve, 400))
    console.log(i)
  }
})

for (let i = 0; i < 4; i++) {
  test(`is short ${i}`, async () => {
    await new Promise((resolve) => setTimeout(resolve, 400))
  })
}
