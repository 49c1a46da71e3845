// What a test process did, as far as two runs of it can be compared: how it ended, and which tests passed.

/**
 * @returns {{ end: string, tests: string[] }} `tests` are TAP's lines without numbers and durations, sorted:
 *   tests that run at the same time may end in any order.
 */
export function outcomeOf({ status, signal, stdout }) {
  const tests = stdout.startsWith('{"num') ? testsOfJest(JSON.parse(stdout)) : []
  for (const line of stdout.split('\n')) {
    const match = /^(\s*)(ok|not ok) \d+(?: -)? ?(.*)$/.exec(line)
    if (match === null) continue
    const [, indent, result, rest] = match
    // Durations, ports and process ids in names.
    const name = rest
      .replace(/ # (?:time=|duration).*$/, '')
      .replaceAll(/\d+(?:\.\d+)? ?ms\b/g, 'N ms')
      .replaceAll(/\d{3,}/g, 'N')
    tests.push(`${indent}${result} ${name.trimEnd()}`)
  }
  return { end: signal === null ? `exit code ${status}` : `signal ${signal}`, tests: tests.sort() }
}

function testsOfJest({ testResults }) {
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .map(({ status, fullName }) => `${status === 'failed' ? 'not ok' : 'ok'} ${fullName} # ${status}`)
}

/** @returns the lines in which two outcomes differ, `-` for the first, `+` for the second. */
export function differences(first, second) {
  const lines = []
  if (first.end !== second.end) lines.push(`- ${first.end}`, `+ ${second.end}`)
  const left = new Map()
  for (const test of first.tests) left.set(test, (left.get(test) ?? 0) + 1)
  for (const test of second.tests) {
    const count = left.get(test) ?? 0
    if (count === 0) lines.push(`+ ${test}`)
    else left.set(test, count - 1)
  }
  for (const [test, count] of left) if (count > 0) lines.push(`- ${test}`)
  return lines
}

export function failuresOf({ tests }) {
  return tests.filter((test) => /^\s*not ok /.test(test) && !/ # TODO/i.test(test)).length
}
