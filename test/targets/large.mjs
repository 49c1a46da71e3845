// A heap of more than three million objects.
globalThis.kept = Array.from({ length: 3_400_000 }, (_, i) => ({ i, i2: i }))
setInterval(() => {}, 900_000)
console.log('ready')
