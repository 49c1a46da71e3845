// A function awaits a promise that nothing can settle. It says that it is ready when the function has been pending for long enough to
// be counted by a recorder.
async function abandons() {
  await new Promise(() => {})
}

abandons()
setInterval(() => {}, 60_000)
setTimeout(() => console.log('ready'), 1_500)
