const pool = { waiters: [] }

async function acquire() {
  await new Promise((resolve) => pool.waiters.push(resolve))
}

async function loadUser() {
  await acquire()
  return 'user'
}

module.exports = { acquire, loadUser, pool }
