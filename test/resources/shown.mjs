// Ends a program of this folder: it prints its own summary, or says that it can be asked.
export function showAfter(ms) {
  setTimeout(async () => {
    if (process.env.PRINT) {
      const { captureWaitGraph } = await import('async-trace')
      const { summaryLines } = await import(process.env.PRINT)
      console.log(summaryLines(await captureWaitGraph({ heap: true }), 'basename').join('\n'))
      process.exit()
    }
    console.log('ready')
  }, ms)
}
