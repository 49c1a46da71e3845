// Has a use of its own for SIGUSR1.
process.on('SIGUSR1', () => console.log('reopened the log'))
setInterval(() => {}, 900_000)
console.log('ready')
