#!/usr/bin/env node
import { captureGraphOf } from '../attach/attach.js'
import { waitGraphText } from '../format/wait-graph-text.js'

const pid = Number(process.argv[3])
const graph = await captureGraphOf(pid, { timeoutMs: 30_000, force: false, threads: false, onProgress: () => {} })
process.stdout.write(`${waitGraphText(graph, 'tree')}\n`)
