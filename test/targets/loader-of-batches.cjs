// CommonJS that is imported by a URL: V8 has a part of the URL for the name of the script.
exports.Loader = class Loader {
  #load
  #batch = null
  constructor(load) {
    this.#load = load
  }
  get(key) {
    this.#batch ??= this.#begin()
    const { waiting } = this.#batch
    return new Promise((resolve, reject) => waiting.push({ key, resolve, reject }))
  }
  #begin() {
    const batch = { waiting: [] }
    process.nextTick(() => {
      this.#batch = null
      const keys = batch.waiting.map(({ key }) => key)
      this.#load(keys)
        .then((values) => batch.waiting.forEach(({ resolve }, i) => resolve(values[i])))
        .catch((error) => batch.waiting.forEach(({ reject }) => reject(error)))
    })
    return batch
  }
}
