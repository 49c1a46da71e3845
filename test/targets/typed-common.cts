// TypeScript that a loader transforms into CommonJS while it runs: lines are those of this file.
interface Order {
  readonly id: number
}

enum State {
  Open,
  Paid,
}

async function pay({ id }: Order): Promise<State> {
  // A comment that the loader drops.

  await new Promise<void>((resolve) => setTimeout(resolve, 900_000))
  return id > 0 ? State.Paid : State.Open
}

pay({ id: 1 })
if (process.argv[2] !== 'busy') setTimeout(() => console.log('ready'), 50)
else {
  setTimeout(function spin(): void {
    console.log('ready')

    for (;;);
  }, 50)
}

/*
pay()
│  pay() typed-common.cts:14
└─ setTimeout 900000 ms, N ms remaining

The process is kept alive by:
  setTimeout 900000 ms, N ms remaining
*/
