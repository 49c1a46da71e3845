// The name alone does not do: as a property, in a text, in a comment, or as a parameter it is another's.
import { show } from './show.mjs'

const texts = []
async function sameName() {
  let wake
  let ticks = 0
  const alarm = { wake() {} }
  setInterval(() => {
    ticks++ // not wake
    alarm.wake()
    texts.push('wake', `wake ${ticks} ${/wake/.test('')}`)
    new Promise((wake) => setTimeout(wake, ticks))
    ;[1].map((wake) => wake)
  }, 960_000)
  await new Promise((resolve) => {
    wake = resolve
  })
  return wake
}
async function asParameter() {
  let resolve
  let ticks = 0
  setInterval(() => new Promise((resolve) => setTimeout(resolve, ++ticks)), 955_000)
  setInterval((resolve = () => ticks) => resolve(), 950_000)
  setInterval(() => [0].map((resolve) => (ticks ? resolve : -resolve)), 945_000)
  await new Promise((settle) => {
    resolve = settle
  })
  return resolve
}
async function besideParameter() {
  let resolve
  setInterval(() => [0].map((resolve) => resolve) && resolve(), 944_000)
  await new Promise((settle) => {
    resolve = settle
  })
}
async function inTemplate() {
  let wake
  setInterval(() => `${`${wake()}`}`, 940_000)
  await new Promise((resolve) => {
    wake = resolve
  })
}
async function asShorthand() {
  let wake
  setInterval(
    (run) => run({ wake }),
    930_000,
    () => {},
  )
  await new Promise((resolve) => {
    wake = resolve
  })
}
sameName()
asParameter()
besideParameter()
inTemplate()
asShorthand()
show()

/* waits:
graph
asParameter:27
  await -> (unresolved promise; its resolve() is held by asParameter() only)
asShorthand:53
  await -> (timer: setInterval 930000 ms)
besideParameter:35
  await -> (timer: setInterval 944000 ms)
inTemplate:42
  await -> (timer: setInterval 940000 ms)
sameName:16
  await -> (unresolved promise; its resolve() is held by sameName() only)
*/
