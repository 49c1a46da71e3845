/** `node --import async-trace/register app.js`: tracing is on before the program's first line. */
import './index.js'
