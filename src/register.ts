/**
 * `node --import async-trace/register app.js`: tracing is on before the program's first line, and a signal prints what is
 * pending. A process that ends says why: with the path of the error that ends it, or with what a top-level await waited for.
 */
import './index.js'
import { listenForDumps } from './dump-on-signal.js'
import { tellOfLost } from './lost-at-exit.js'
import { tellOfUncaught } from './uncaught.js'

listenForDumps()
tellOfUncaught()
tellOfLost()
