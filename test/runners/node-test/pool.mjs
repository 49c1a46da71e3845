export const waiters = []

async function acquire() {
  return await new Promise((resolve) => waiters.push(resolve))
}

export async function loadUser() {
  return await acquire()
}
