// Operations of real packages that fail, by name. Each is set up first and gives the function that fails.
const PORT = { postgres: process.env.PG_PORT, redis: process.env.REDIS_PORT, none: 9 }
const DATABASE = { host: '127.0.0.1', port: PORT.postgres, user: 'postgres', database: 'postgres' }
const QUERY = 'select nope from nowhere'

exports.operations = {
  async 'pg, client.query'() {
    const { Client } = require('pg')
    const client = new Client(DATABASE)
    await client.connect()
    return () => client.query(QUERY)
  },
  async 'pg, pool.query'() {
    const { Pool } = require('pg')
    const pool = new Pool(DATABASE)
    return () => pool.query(QUERY)
  },
  async 'postgres.js'() {
    const sql = require('postgres')(DATABASE)
    await sql`select 1`
    return () => sql`select nope from nowhere`
  },
  async knex() {
    const knex = require('knex')({ client: 'pg', connection: DATABASE })
    await knex.raw('select 1')
    return () => knex('nowhere').where({ id: 1 })
  },
  async ioredis() {
    const { Redis } = require('ioredis')
    const redis = new Redis({ host: '127.0.0.1', port: PORT.redis })
    await redis.set('key', 'text')
    return () => redis.lpush('key', 1)
  },
  async 'mysql2, connect'() {
    const { createConnection } = require('mysql2/promise')
    return () => createConnection({ host: '127.0.0.1', port: PORT.none })
  },
  async 'mongoose, time-out'() {
    const mongoose = require('mongoose')
    mongoose.set('bufferTimeoutMS', 100)
    const Cat = mongoose.model('Cat', new mongoose.Schema({ name: String }))
    return () => Cat.findById('507f1f77bcf86cd799439011')
  },
  async axios() {
    const axios = require('axios')
    return () => axios.get(`http://127.0.0.1:${PORT.none}/`)
  },
  async got() {
    const { got } = await import('got')
    return () => got(`http://127.0.0.1:${PORT.none}/`, { retry: { limit: 0 } })
  },
  async fetch() {
    return () => fetch(`http://127.0.0.1:${PORT.none}/`)
  },
  async 'fetch, AbortSignal.timeout'() {
    const server = require('node:net').createServer(() => {})
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    server.unref()
    return () => fetch(`http://127.0.0.1:${server.address().port}/`, { signal: AbortSignal.timeout(50) })
  },
  async 'undici.request'() {
    const { request } = require('undici')
    return () => request(`http://127.0.0.1:${PORT.none}/`)
  },
  async 'fs/promises'() {
    return () => require('node:fs/promises').readFile('/nowhere')
  },
  async 'reject() in a timer'() {
    return () => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 1))
  },
  async 'reject() with a string'() {
    return () => new Promise((_, reject) => setTimeout(() => reject('denied'), 1))
  },
  async 'stream, premature close'() {
    const { PassThrough, Readable } = require('node:stream')
    const { pipeline } = require('node:stream/promises')
    return () => {
      const source = new Readable({ read() {} })
      setTimeout(() => source.destroy(), 1)
      return pipeline(source, new PassThrough())
    }
  },
  async rxjs() {
    const { lastValueFrom, map, timer } = require('rxjs')
    const failing = map(() => {
      throw new Error('in map')
    })
    return () => lastValueFrom(timer(1).pipe(failing))
  },
  async 'child_process, execFile'() {
    const run = require('node:util').promisify(require('node:child_process').execFile)
    return () => run('/nowhere')
  },
  async 'net, error event'() {
    const { connect } = require('node:net')
    return () => new Promise((resolve, reject) => connect(PORT.none, '127.0.0.1', resolve).on('error', reject))
  },
  async 'Piscina, job'() {
    const { Piscina } = require('piscina')
    const pool = new Piscina({ filename: require.resolve('./job.cjs'), maxThreads: 1 })
    return () => pool.run(1)
  },
}
