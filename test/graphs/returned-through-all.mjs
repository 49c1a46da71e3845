// Functions in a Promise.all or race that returned a promise, and functions that returned a Promise.all or race.
import { never, show } from './show.mjs'

async function fetches() {
  await never()
}
async function reports() {
  return fetches()
}
async function both() {
  await Promise.all([reports(), reports()])
}
async function first() {
  await Promise.race([reports(), fetches()])
}
async function returnsAll() {
  return Promise.all([fetches(), fetches()])
}
async function returnsMapped() {
  return Promise.all([1, 2].map((id) => fetches(id)))
}
async function returnsRace() {
  return Promise.race([fetches(), fetches()])
}
async function waits(call) {
  await call()
}
both()
first()
waits(returnsAll)
waits(returnsMapped)
waits(returnsRace)
show({ tasks: true })

/* waits:
graph
both:11
  Promise.all (index 0) -> reports:8 returned fetches:5
  Promise.all (index 1) -> reports:8 returned fetches:5
fetches:5 ×7
  await -> (unresolved promise; its resolve() was not found)
first:14
  Promise.race (index 0) -> reports:8 returned fetches:5
  Promise.race (index 1) -> fetches:5
reports:8 returned fetches:5 ×3
  await -> (unresolved promise; its resolve() was not found)
waits:26 returnsAll:17 returned
  Promise.all (index 0) -> fetches:5
  Promise.all (index 1) -> fetches:5
waits:26 returnsMapped:20 returned
  Promise.all (index 0) -> fetches:5
  Promise.all (index 1) -> fetches:5
waits:26 returnsRace:23 returned
  Promise.race (index 0) -> fetches:5
  Promise.race (index 1) -> fetches:5
tasks
  PENDING both:11 | task and 1 more | <module>:28 [async] < root
  PENDING fetches:5 | unresolved promise; its resolve() was not found | <anonymous>:20 [async] < returnsMapped:20 < waits:26 < <module>:31 < root
  PENDING fetches:5 | unresolved promise; its resolve() was not found | <anonymous>:20 [async] < returnsMapped:20 < waits:26 < <module>:31 < root
  PENDING fetches:5 | unresolved promise; its resolve() was not found | first:14 [async] < <module>:29 < root
  PENDING fetches:5 | unresolved promise; its resolve() was not found | returnsAll:17 [async] < waits:26 < <module>:30 < root
  PENDING fetches:5 | unresolved promise; its resolve() was not found | returnsAll:17 [async] < waits:26 < <module>:30 < root
  PENDING fetches:5 | unresolved promise; its resolve() was not found | returnsRace:23 [async] < waits:26 < <module>:32 < root
  PENDING fetches:5 | unresolved promise; its resolve() was not found | returnsRace:23 [async] < waits:26 < <module>:32 < root
  PENDING first:14 | task and 1 more | <module>:29 [async] < root
  PENDING reports:8 returned fetches:5 | unresolved promise; its resolve() was not found | reports:8 [async] < both:11 < <module>:28 < root
  PENDING reports:8 returned fetches:5 | unresolved promise; its resolve() was not found | reports:8 [async] < both:11 < <module>:28 < root
  PENDING reports:8 returned fetches:5 | unresolved promise; its resolve() was not found | reports:8 [async] < first:14 < <module>:29 < root
  PENDING waits:26 returnsAll:17 returned | task and 1 more | <module>:30 [async] < root
  PENDING waits:26 returnsMapped:20 returned | task and 1 more | <module>:31 [async] < root
  PENDING waits:26 returnsRace:23 returned | task and 1 more | <module>:32 [async] < root
*/
