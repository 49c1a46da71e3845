// A worker that runs one generated program and posts its log.
import { parentPort, workerData } from 'node:worker_threads'
import { runProgram } from './runtime.mjs'

// biome-ignore lint/security/noGlobalEval: the programs are generated.
// biome-ignore lint/complexity/noCommaOperator: in the global scope.
const program = (0, eval)(`(${workerData})`)
parentPort.postMessage(await runProgram(program))
