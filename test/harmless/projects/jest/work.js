exports.poll = async (ask) => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 1))
  return ask()
}

exports.retry = async (ask, times) => {
  for (let i = 0; i < times; i++) {
    try {
      return await ask()
    } catch (error) {
      if (i === times - 1) throw new Error(`${error.message} after ${times}`)
    }
  }
}
