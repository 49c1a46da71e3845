/**
 * Functions of Node's modules as they were when the tracer was loaded. What is imported by name follows a program that
 * replaces one and calls `module.syncBuiltinESMExports()`; these do not.
 */
import * as hooks from 'node:async_hooks'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as url from 'node:url'
import { types } from 'node:util'
import * as v8 from 'node:v8'
import * as threads from 'node:worker_threads'

export const { executionAsyncId } = hooks
export const { existsSync, readFileSync } = fs
export const { isAbsolute, resolve: resolvePath } = path
export const { fileURLToPath } = url
export const { setEnvironmentData } = threads
export const getBuiltinModule: (name: string) => object = process.getBuiltinModule.bind(process)
export const { setFlagsFromString } = v8
/** What an object is, without asking it. */
export const { isAnyArrayBuffer, isAsyncFunction, isMap, isNativeError, isPromise, isProxy, isSet } = types
