import { once } from 'node:events'

export default async function compile({ file, port }) {
  if (port === undefined) return file
  port.postMessage(`${file}.css`)
  const [style] = await once(port, 'message')
  return style
}
