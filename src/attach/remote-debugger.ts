import type { Answers, Reading } from '../engine/debugger-reading.js'
import type { ParsedScript } from '../engine/running-script.js'
import { type DevToolsSession, ProtocolError } from './devtools-session.js'

/** Asks the debugger of a thread in another process. @throws if the process does not answer. */
export async function readRemotely<T>(session: DevToolsSession, reading: Reading<T>): Promise<T> {
  const scripts = new Map<number, ParsedScript>()
  const stop = session.on('Debugger.scriptParsed', (script: ParsedScript) => {
    scripts.set(Number(script.scriptId), script)
  })
  try {
    for (let step = reading.next(); ; ) {
      if (step.done === true) return step.value
      const { commands, withDebugger } = step.value
      const send = () => commands.map(({ method, params }) => session.call<object>(method, params))
      const answers = withDebugger ? await whileEnabled(session, send) : await Promise.allSettled(send())
      const refusals = new Map<number, string>()
      const results = answers.map((answer, i) => {
        if (answer.status === 'fulfilled') return answer.value
        if (!(answer.reason instanceof ProtocolError)) throw answer.reason
        refusals.set(i, answer.reason.message)
        return null
      })
      step = reading.next({ results, refusals, scripts } satisfies Answers)
    }
  } finally {
    stop()
  }
}

/** All at once: no statement of the program is to run while the debugger is enabled, which might be `debugger`. */
async function whileEnabled<T>(
  session: DevToolsSession,
  send: () => Promise<T>[],
): Promise<readonly PromiseSettledResult<T>[]> {
  const enabled = session.call('Debugger.enable')
  const skipped = session.call('Debugger.setSkipAllPauses', { skip: true })
  const sent = send()
  const [enabledFirst] = await Promise.allSettled([enabled, skipped, ...sent, session.call('Debugger.disable')])
  if (enabledFirst.status === 'rejected') throw enabledFirst.reason
  return Promise.allSettled(sent)
}
