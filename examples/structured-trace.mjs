// The same path as data: for a log line, a metric, an error report.
import { collectAsyncTrace, setTaskName } from 'async-trace'

async function sendMail(to) {
  setTaskName(`mail to ${to}`)
  await new Promise((resolve) => setTimeout(resolve, 5))
  const { frames, currentTask } = collectAsyncTrace()
  const { name, kind, createdAt } = currentTask
  console.log(`task "${name}" (${kind}), created by ${createdAt.name} at line ${createdAt.line}`)
  for (const { indent, name, line, column, boundary } of frames) {
    console.log(JSON.stringify({ indent, name, line, column, boundary }))
  }
}

async function signUp(user) {
  await null
  void sendMail(user)
}

await signUp('ada@example.org')

/* prints:
task "mail to ada@example.org" (async), created by signUp at line 17
{"indent":0,"name":"sendMail","line":7,"column":35,"boundary":null}
{"indent":1,"name":"signUp","line":17,"column":8,"boundary":"async"}
{"indent":2,"name":"<module>","line":20,"column":7,"boundary":null}
{"indent":3,"name":"Task-1","line":null,"column":null,"boundary":null}
*/
