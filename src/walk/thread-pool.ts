import type { WaitGraph, WaitNode } from '../model/wait-graph.js'

const USUAL_THREADS = 4
const MOST_THREADS = 1_024

/** The environment variables that libuv reads. */
export interface PoolEnvironment {
  readonly UV_THREADPOOL_SIZE?: string | undefined
  readonly UV_USE_IO_URING?: string | undefined
}

/**
 * How many threads libuv's thread pool has, by the environment; null if the kernel may do file operations in its place.
 * Source: uv_os_getenv in libuv's threadpool.c.
 */
export function poolThreadsOf({ UV_THREADPOOL_SIZE: size, UV_USE_IO_URING: kernel }: PoolEnvironment): number | null {
  if (kernel !== undefined && Number.parseInt(kernel, 10) !== 0) return null
  if (size === undefined) return USUAL_THREADS
  const threads = Number.parseInt(size, 10)
  // The C library reads what is no number as 0, and libuv takes 1 for that.
  return Math.min(MOST_THREADS, Math.max(1, Number.isNaN(threads) ? 0 : threads))
}

/**
 * A graph in which operations of the thread pool say so if there are more of them than threads: then some have not begun, and which
 * ones is not known. Operations that no promise waits for are not in a graph, and not counted.
 *
 * @param threads of the pool; null if that is not known.
 */
export function withFullThreadPool(graph: WaitGraph, threads: number | null): WaitGraph {
  const operations = graph.nodes.filter(({ leaf }) => leaf?.usesThreadPool === true).length
  if (threads === null || operations <= threads) return graph
  const trouble = `the thread pool is full: ${operations} operations for ${threads === 1 ? '1 thread' : `${threads} threads`}`
  const nodes = graph.nodes.map((node) => (node.leaf?.usesThreadPool === true ? troubled(node, trouble) : node))
  return Object.freeze({ ...graph, nodes: Object.freeze(nodes) })
}

function troubled(node: WaitNode, trouble: string): WaitNode {
  const label = `${node.label}; ${trouble}`
  return Object.freeze({ ...node, label, leaf: node.leaf && Object.freeze({ ...node.leaf, label, trouble }) })
}
