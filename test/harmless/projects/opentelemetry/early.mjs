// The context manager and async_hooks are in use before the next --import loads the tracer.
import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'

new AsyncLocalStorageContextManager().enable()
new AsyncLocalStorage().enterWith('early')
createHook({ init() {}, before() {}, after() {}, destroy() {} }).enable()
