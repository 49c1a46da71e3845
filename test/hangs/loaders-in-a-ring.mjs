// Two DataLoaders whose batch functions load from each other.
import DataLoader from 'dataloader'
import { hangs } from './hangs.mjs'

const users = new DataLoader(async function loadUsers(ids) {
  return await teams.loadMany(ids)
})
const teams = new DataLoader(async function loadTeams(ids) {
  hangs()
  return await users.loadMany(ids)
})
async function resolve(id) {
  return await users.load(id)
}
await resolve(1)

/* memory:
3 tasks pending.

1 deadlock:
  1. loadUsers() loaders-in-a-ring.mjs:6 → a batch of DataLoader → loadTeams() loaders-in-a-ring.mjs:10 → a batch of DataLoader → loadUsers()
2 tasks wait for a batch of DataLoader, dataloader
  loadTeams() loaders-in-a-ring.mjs:10
  resolve() loaders-in-a-ring.mjs:13 ← <module> loaders-in-a-ring.mjs:15
  in use: 1 by loadUsers() loaders-in-a-ring.mjs:6, which itself waits for it
1 task waits for a batch of DataLoader, dataloader
  loadUsers() loaders-in-a-ring.mjs:6
  in use: 1 by loadTeams() loaders-in-a-ring.mjs:10, which itself waits for it
*/

/* records:
3 tasks pending.

1 deadlock:
  1. Task-N loadUsers() loaders-in-a-ring.mjs:6 → a batch of DataLoader → Task-N loadTeams() loaders-in-a-ring.mjs:10 → a batch of DataLoader → Task-N
2 tasks wait for a batch of DataLoader, dataloader
  resolve() loaders-in-a-ring.mjs:13 ← <module> loaders-in-a-ring.mjs:15
  loadTeams() loaders-in-a-ring.mjs:10
  in use: 1 by loadUsers() loaders-in-a-ring.mjs:6, which itself waits for it
1 task waits for a batch of DataLoader, dataloader
  loadUsers() loaders-in-a-ring.mjs:6
  in use: 1 by loadTeams() loaders-in-a-ring.mjs:10, which itself waits for it
*/
