import type { IncomingMessage } from 'node:http'
import type { BlockList } from 'node:net'
import { ArgumentError } from '../model/argument-error.js'
import { signOfProxy } from './proxy-signs.js'
import { RequestRefusal } from './request-refusal.js'

/** Loaded when a request is checked: both take milliseconds, and most programs have no endpoint. */
const cryptoModule = () => process.getBuiltinModule('node:crypto')
const net = () => process.getBuiltinModule('node:net')

/** Who may use the endpoint. */
export interface AccessOptions {
  /**
   * `loopback` (the default), `any`, or a list of addresses and subnets (`10.0.0.0/8`), which may contain
   * `loopback`. The address of the connection decides, never a header.
   */
  readonly allow?: 'loopback' | 'any' | readonly string[]
  /** Must be sent as `Authorization: Bearer …`. Default: no token is required. */
  readonly token?: string
  /** Allowed names in `Host`, besides `localhost` and IP addresses. Not checked if a token is required. */
  readonly hosts?: readonly string[]
}

/** The checks of a request; each throws a `RequestRefusal`. */
export interface Access {
  /** Of every request. */
  address(request: IncomingMessage): void
  /** Of a request for what costs a capture. */
  origin(request: IncomingMessage): void
  /** Of a request for the program's data. */
  token(request: IncomingMessage): void
}

/** @throws {TypeError} if an option is unknown or has a wrong value. */
export function accessCheck(options: AccessOptions): Access {
  const allowed = allowedAddresses(options.allow ?? 'loopback')
  const token = tokenOption(options)
  const hosts = new Set(hostsOption(options).map((host) => host.toLowerCase()))
  return {
    address(request) {
      if (allowed !== 'any') checkPeer(request, allowed)
      if (token === null) checkHost(request, hosts)
    },
    origin: checkOrigin,
    token(request) {
      if (token !== null && !isSameSecret(bearerOf(request), token)) {
        const headers = { 'www-authenticate': 'Bearer realm="async-trace"' }
        throw new RequestRefusal(
          401,
          'TOKEN_REQUIRED',
          'A valid token is required: Authorization: Bearer <token>.',
          headers,
        )
      }
    },
  }
}

function checkPeer(request: IncomingMessage, allowed: BlockList): void {
  const { remoteAddress, destroyed } = request.socket
  // A Unix socket has no address: the permissions of its file say who may connect.
  const isAllowed = remoteAddress === undefined ? !destroyed : isListed(allowed, remoteAddress)
  if (!isAllowed)
    throw new RequestRefusal(
      403,
      'ADDRESS_NOT_ALLOWED',
      'Requests from this address are not allowed. See the option "allow".',
    )
  const sign = signOfProxy(request)
  if (sign === null) return
  const message = `The request came through a proxy (${sign}), so its sender is unknown. Only allow: 'any' accepts it.`
  throw new RequestRefusal(403, 'PROXIED', message)
}

/** A name that a stranger's DNS can point to this machine would let a stranger's page read the answer. */
function checkHost(request: IncomingMessage, hosts: ReadonlySet<string>): void {
  const host = request.headers.host ?? request.headers[':authority']
  if (typeof host !== 'string') return
  const name = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(host.toLowerCase())?.[1] ?? ''
  const bare = name.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (net().isIP(bare) !== 0 || bare === 'localhost' || bare.endsWith('.localhost') || hosts.has(bare)) return
  const message =
    'This name in the Host header is not allowed. See the option "hosts"; localhost and IP addresses are always allowed.'
  throw new RequestRefusal(403, 'HOST_NOT_ALLOWED', message)
}

/** A page of another origin cannot read the answer, but each capture that it asks for would hold the process up. */
function checkOrigin(request: IncomingMessage): void {
  const { host, origin, 'sec-fetch-site': site } = request.headers
  // Browsers that do not send the first send the second, with what a script asks for.
  const isOwn = site === undefined ? isOriginOf(origin, host) : site === 'same-origin' || site === 'none'
  if (isOwn) return
  throw new RequestRefusal(403, 'CROSS_ORIGIN', 'Requests from pages of other origins are not allowed.')
}

function isOriginOf(origin: string | undefined, host: string | undefined): boolean {
  return origin === undefined || origin.replace(/^https?:\/\//, '') === host
}

function bearerOf(request: IncomingMessage): string {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
}

/** In a time that does not tell how much of it was right, nor how long it is. */
function isSameSecret(given: string, expected: string): boolean {
  const { createHash, timingSafeEqual } = cryptoModule()
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function isListed(list: BlockList, address: string): boolean {
  const plain = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
  const version = net().isIP(plain)
  return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6')
}

function allowedAddresses(allow: unknown): BlockList | 'any' {
  if (allow === 'any') return allow
  const takes = "'loopback', 'any' or an array of addresses and subnets"
  const list = allow === 'loopback' ? [allow] : allow
  if (!Array.isArray(list)) {
    const code = typeof allow === 'string' ? 'ERR_INVALID_ARG_VALUE' : 'ERR_INVALID_ARG_TYPE'
    throw new ArgumentError(code, 'options.allow', takes, allow)
  }
  const allowed = new (net().BlockList)()
  list.forEach((entry: unknown, i) => {
    if (entry === 'loopback') {
      allowed.addSubnet('127.0.0.0', 8, 'ipv4')
      allowed.addAddress('::1', 'ipv6')
    } else if (!addEntry(allowed, entry)) {
      throw new ArgumentError(
        'ERR_INVALID_ARG_VALUE',
        `options.allow[${i}]`,
        "'loopback', an address or a subnet",
        entry,
      )
    }
  })
  return allowed
}

function addEntry(allowed: BlockList, entry: unknown): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(typeof entry === 'string' ? entry : '') ?? []
  const version = net().isIP(address)
  const most = version === 4 ? 32 : 128
  if (version === 0 || Number(bits ?? most) > most) return false
  allowed.addSubnet(address, Number(bits ?? most), version === 4 ? 'ipv4' : 'ipv6')
  return true
}

function tokenOption(options: AccessOptions): string | null {
  if (!('token' in options)) return null
  const token: unknown = options.token
  const takes = 'a string without spaces (leave it out where none is asked for)'
  // Undefined too: it is what a variable that is missing in the environment gives.
  if (typeof token !== 'string') throw new ArgumentError('ERR_INVALID_ARG_TYPE', 'options.token', takes, token)
  if (!/^\S+$/.test(token)) throw new ArgumentError('ERR_INVALID_ARG_VALUE', 'options.token', takes, '(not shown)')
  return token
}

function hostsOption({ hosts = [] }: AccessOptions): readonly string[] {
  if (Array.isArray(hosts) && hosts.every((host) => typeof host === 'string')) return hosts
  throw new ArgumentError('ERR_INVALID_ARG_TYPE', 'options.hosts', 'an array of names without ports', hosts)
}
