export const pool = { waiters: [] }

export async function acquire() {
  await new Promise((resolve) => pool.waiters.push(resolve))
}

export async function loadUser() {
  await acquire()
  return 'user'
}
