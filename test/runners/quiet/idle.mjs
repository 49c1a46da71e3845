import { createServer } from 'node:net'
import { test } from 'node:test'

const waiters = []

async function acquire() {
  await new Promise((resolve) => waiters.push(resolve))
}

async function poll() {
  for (;;) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function first() {
  await new Promise((resolve) => setTimeout(resolve, 2_500))
}

test('polls', async () => {
  createServer().listen(0, '127.0.0.1')
  first()
  poll()
  await acquire()
})
