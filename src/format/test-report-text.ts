import { durationText } from '../model/duration-text.js'
import type { AwaitedThing, OpenThing, TestWork, WaitingCall } from '../model/test-report.js'
import { frameText, type Paths, placeText } from './frame-text.js'
import { printable } from './printable.js'
import { cutList } from './summary-text.js'

const MOST_CALLS = 12
const MOST_OPEN = 20
const MOST_AWAITED = 6
const TIMED_OUT = 'Still waiting when the test timed out:'

/** What a test waited for when it timed out, and what it had open; null if neither is known. */
export function timeoutText(work: TestWork, paths: Paths, heading = TIMED_OUT): string | null {
  const { waiting, open, deadlocks } = work
  const lines = [
    ...(waiting.length === 0 ? [] : [heading, ...waitingLines(waiting, paths)]),
    ...deadlocks.map((text) => `Deadlock: ${text}`),
    ...(open.length === 0 ? [] : [`Still open: ${openText(open, paths)}`]),
  ]
  return lines.length === 0 ? null : lines.join('\n')
}

/** What is left of a test that has ended, one after the other; one may have several lines. */
export function leftLines({ waiting, open }: TestWork, paths: Paths): string[] {
  return countedTexts([
    ...waiting.map((call) => `still pending: ${callLines(call, paths).join('\n').trimStart()}`),
    ...open.map((thing) => `still open: ${openThingText(thing, paths)}`),
  ])
}

function waitingLines(waiting: readonly WaitingCall[], paths: Paths): string[] {
  const texts = countedTexts(waiting.map((call) => callLines(call, paths).join('\n')))
  return cutList(texts, 'call', MOST_CALLS).flatMap((text) => text.split('\n'))
}

/** A chain of functions, and what it waits for. */
export function callLines(call: WaitingCall, paths: Paths): string[] {
  const { frames, isTestItself, calledAt, waitsFor } = call
  const [first] = frames
  const itself = isTestItself && first !== undefined ? `the test function itself ${placeText(first, paths)}` : null
  const chain = itself ?? frames.map((frame) => frameText(frame, paths)).join(' → ')
  const called = calledAt === null ? '' : `    called at ${placeText(calledAt, paths)}`
  const things = waitsFor.map((thing) => `    for ${awaitedText(thing, paths)}`)
  return [`  ${chain}${called}`, ...cutList(things, 'thing', MOST_AWAITED)]
}

function awaitedText({ via, leaf, source }: AwaitedThing, paths: Paths): string {
  const through = via === null ? '' : `${printable(via)}: `
  return `${through}${leafText({ leaf, source }, paths)}`
}

function leafText({ leaf, source }: Pick<AwaitedThing, 'leaf' | 'source'>, paths: Paths): string {
  if (leaf.kind === 'promise' && leaf.label === 'promise') {
    const what = 'a promise that nothing has settled'
    return source === null ? what : `${what}: ${printable(source.trim())}`
  }
  const label = leaf.label.startsWith('unresolved promise; ')
    ? `a promise that nobody resolved; ${leaf.label.slice('unresolved promise; '.length)}`
    : leaf.label
  const never = leaf.never === undefined ? '' : `, which can no longer happen: ${leaf.never}`
  const isMade = leaf.createdAt !== null && leaf.kind !== 'promise' && leaf.kind !== 'task'
  return printable(`${label}${never}`) + (isMade ? ` (${placeText(leaf.createdAt, paths)})` : '')
}

function openText(open: readonly OpenThing[], paths: Paths): string {
  return cutList(countedTexts(open.map((thing) => openThingText(thing, paths))), 'thing', MOST_OPEN)
    .map((text) => text.trim())
    .join(', ')
}

export function openThingText({ leaf }: OpenThing, paths: Paths): string {
  const place = leaf.createdAt === null ? '' : placeText(leaf.createdAt, paths)
  if (leaf.kind === 'timer' && leaf.delayMs !== undefined) {
    const [name = 'timer'] = leaf.label.split(' ')
    return `${name} ${durationText(leaf.delayMs)}${place === '' ? '' : ` (set at ${place})`}`
  }
  const verb = leaf.kind === 'process' || leaf.kind === 'worker' ? 'started' : 'opened'
  return `${printable(leaf.label)}${place === '' ? '' : ` (${verb} at ${place})`}`
}

/** What is said several times stands once, with its number. */
function countedTexts(texts: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].map(([text, count]) => (count === 1 ? text : text.replace(/(\n|$)/, ` ×${count}$1`)))
}
