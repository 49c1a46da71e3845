// A scope with as many variables as the outermost one of a bundle.
const names = Array.from({ length: 300 }, (_, i) => `variable${i}`)
const text = `
  const ${names.map((name) => `${name} = {}`).join(', ')}
  let waiting = null
  async function waits() { await new Promise((resolve) => { waiting = resolve }) }
  function wake() { waiting(); return [${names.join()}] }
  return [waits(), wake]`
globalThis.kept = new Function(text)()
setInterval(() => {}, 1000)
console.log('ready')
