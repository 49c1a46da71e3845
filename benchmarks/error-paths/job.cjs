module.exports = async () => {
  await null
  throw new Error('in the job')
}
