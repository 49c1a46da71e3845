// Prints the functions of the program that Sentry would send, outermost first.
import * as Sentry from '@sentry/node'
import { traceOf } from 'async-trace'

const isWithPath = process.argv[2] === 'with-path'
let sent

function addPath(event, hint) {
  const path = traceOf(hint.originalException)
  const exception = event.exception?.values?.at(-1)
  if (path === null || exception === undefined) return event
  const frames = path.frames
    .filter(({ filename }) => filename !== null)
    .map(({ name, filename, line, column }) => {
      return { function: name, filename, lineno: line, colno: column, in_app: !filename.includes('node_modules') }
    })
  exception.stacktrace = { frames: [...frames.reverse(), ...(exception.stacktrace?.frames ?? [])] }
  return event
}

Sentry.init({
  dsn: 'http://key@127.0.0.1:9/1',
  beforeSend(event, hint) {
    sent = isWithPath ? addPath(event, hint) : event
    return null
  },
})

const failing = () => new Promise((_, reject) => setTimeout(() => reject(new Error('lost')), 1))
const load = () => failing().then((rows) => rows)
const show = () => load().then((rows) => rows)
await show().catch((error) => Sentry.captureException(error))
await Sentry.flush(100)
const frames = sent.exception.values.at(-1).stacktrace.frames.filter((frame) => frame.in_app)
process.stdout.write(JSON.stringify(frames.map((frame) => frame.function.replace('Timeout.', ''))), () => process.exit())
