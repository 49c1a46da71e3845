// TypeScript that a loader transforms while it runs: lines are those of this file.
interface Order {
  readonly id: number
  readonly lines: readonly string[]
}

enum State {
  Open,
  Paid,
}

async function pay(order: Order): Promise<State> {
  // A comment that the loader drops.

  await new Promise<void>((resolve) => setTimeout(resolve, 900_000))
  return order.id > 0 ? State.Paid : State.Open
}

async function process(
  order: Order,
): Promise<State> {
  return await pay(order)
}

Reflect.set(globalThis, 'kept', process({ id: 1, lines: [] }))
setTimeout(() => console.log('ready'), 50)

/*
process()
│  process() typed.ts:22
│  pay() typed.ts:15
└─ setTimeout 900000 ms, N ms remaining

The process is kept alive by:
  setTimeout 900000 ms, N ms remaining
*/
