import { isUsers } from '../heap/functions.js'
import { promisesOf } from '../heap/heap-promises.js'
import { NONE } from '../heap/heap-view.js'
import type { Holder } from '../heap/holder.js'
import { HolderSearch } from '../heap/holders.js'
import { httpMessages } from '../heap/http-messages.js'
import { http2Requests } from '../heap/http2-requests.js'
import { undiciRequests } from '../heap/undici-requests.js'
import { NOT_ASKED } from '../heap/wakers.js'
import type { WaitGraph } from '../model/wait-graph.js'
import { type Behind, buildGraph } from '../waits/graph.js'
import { withHeapRequests } from '../waits/heap-requests.js'
import { type HeapFacts, HeapSource } from '../waits/heap-source.js'
import { linkWaits } from '../waits/links.js'
import { FetchedTexts } from './fetched-texts.js'
import { captureHeap } from './heap-capture.js'
import { definitionOf, suspendedFrames } from './suspended-frames.js'
import type { Target } from './target.js'
import { liveFactsOf } from './target-leaves.js'
import { toldOfMessages } from './target-requests.js'
import { TargetScripts } from './target-scripts.js'

/** What one thread that loaded nothing tells. */
export interface ThreadCapture {
  readonly graph: WaitGraph
  /** By node of the graph: what tells a task in this capture from one in the next, while the session lasts. */
  readonly identities: ReadonlyMap<number, number>
  /** How long the thread stood still for the capture. */
  readonly pauseMs: number
}

/** @param mayWalk false where another debugger may make V8's walk endless. */
export async function captureThread(
  target: Target,
  threadId: number,
  mayWalk: boolean,
  timeoutMs: number,
  isBusy: boolean,
): Promise<ThreadCapture> {
  const capture = await captureHeap(target, timeoutMs, isBusy)
  const promises = promisesOf(capture.heap)
  const functions = [...promises.suspended.map(({ fn }) => fn), ...promises.feeds.map(({ callback }) => callback)]
  const scripts = await TargetScripts.of(target)
  capture.heap.nameScripts(() => scripts.urls)
  const ofProgram = functions.filter((fn) => isUsers(capture.heap, fn))
  const scriptIds = ofProgram.map((fn) => capture.heap.locationOf(fn)?.scriptId ?? NONE)
  await scripts.read(target, new Set(scriptIds))
  const { frames, memberIndices, sourceAtAwait, awaitPlaceOf } = await suspendedFrames(
    target,
    capture,
    promises,
    scripts,
    {
      mayWalk,
      timeoutMs,
    },
  )
  const known = {
    heap: capture.heap,
    promises,
    frames,
    memberIndices,
    sourceAtAwait,
    awaitPlaceOf,
    definitionOf: (fn: number) => definitionOf(capture.heap, fn, scripts),
  }
  const { holders, search } = await findHolders(
    target,
    known,
    (sourceOf) => new HolderSearch(capture, promises, sourceOf),
  )
  const live = await liveFactsOf(target, capture, search, holders, isBusy)
  const facts: HeapFacts = { ...known, search, holderOf: (promise) => holders.get(promise) ?? NOBODY, live }
  const built = buildGraph(new HeapSource(facts), threadId)
  const { behind } = built
  const messages = [...httpMessages(capture.heap), ...http2Requests(capture.heap), ...undiciRequests(capture.heap)]
  const toldOf = await toldOfMessages(target, capture, messages, scripts)
  const graph = withHeapRequests(capture.heap, built, messages, toldOf, threadId)
  const identities = new Map<number, number>()
  for (const [id, each] of behind) identities.set(id, capture.heap.idOf(identityOf(each)))
  return { graph, identities, pauseMs: capture.pauseMs }
}

const NOBODY: Holder = { kind: 'nobody' }

interface FoundHolders {
  /** By promise, of those that nothing in the heap settles. */
  readonly holders: ReadonlyMap<number, Holder>
  readonly search: HolderSearch
}

/**
 * Finds what holds the resolvers of the promises that nothing else settles. Which functions' texts that takes is
 * known only as the search goes on: it is repeated until none is missing.
 */
async function findHolders(
  target: Target,
  known: Omit<HeapFacts, 'search' | 'holderOf' | 'live'>,
  searchWith: (sourceOf: FetchedTexts['textOf']) => HolderSearch,
): Promise<FoundHolders> {
  const texts = new FetchedTexts()
  for (;;) {
    const search = searchWith(texts.textOf)
    search.findAll()
    const holders = new Map<number, Holder>()
    const holderOf = (promise: number) => {
      const holder = search.holderOf(promise)
      holders.set(promise, holder)
      return holder
    }
    linkWaits(new HeapSource({ ...known, search, holderOf, live: NOT_ASKED }))
    if (!(await texts.fetchMissing(target.session))) return { holders, search }
  }
}

/** The object in the heap by which a node is known again in the next capture. */
function identityOf(behind: Behind): number {
  switch (behind.kind) {
    case 'functions':
      return behind.chain[0]?.id as number
    case 'callbacks':
      return behind.chain.settlings[0]?.of as number
    default:
      return behind.promise as number
  }
}
