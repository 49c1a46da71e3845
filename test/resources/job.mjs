export default () => new Promise((resolve) => setTimeout(resolve, 900_000))
