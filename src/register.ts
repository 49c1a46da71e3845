/**
 * `node --import async-trace/register app.js`: tracing is on before the program's first line, a signal prints
 * what is pending, and a process that ends with an unsettled top-level await says what never settled.
 */
import './index.js'
import { listenForDumps } from './dump-on-signal.js'

listenForDumps()
