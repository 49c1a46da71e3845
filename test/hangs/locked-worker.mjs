import { parentPort, workerData } from 'node:worker_threads'

Atomics.store(workerData, 1, 1)
Atomics.wait(workerData, 0, 0)
parentPort.postMessage('<p>')
