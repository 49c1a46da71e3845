import type { IncomingMessage } from 'node:http'

/** Headers that only a proxy, a load balancer or a CDN adds. */
const PROXY_HEADERS: ReadonlySet<string> = new Set([
  // RFC 9110 (Via), RFC 7239 (Forwarded), RFC 8586 (CDN-Loop)
  'via',
  'forwarded',
  'cdn-loop',
  // The client's address, by the names that nginx, Apache, IIS, WebLogic and HAProxy use or are told to use
  'client-ip',
  'forwarded-for',
  'proxy-client-ip',
  'wl-proxy-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-host',
  'x-original-forwarded-for',
  'x-original-host',
  'x-original-url',
  'x-proxyuser-ip',
  'x-real-ip',
  'x-rewrite-url',
  // Hosted ones: Cloudflare, Akamai, Fastly, Azure, App Engine, Amazon, Fly, DigitalOcean, Imperva, Sucuri
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'cf-pseudo-ipv4',
  'cf-ray',
  'true-client-ip',
  'x-akamai-edgescape',
  'fastly-client-ip',
  'fastly-ff',
  'x-arr-log-id',
  'x-azure-clientip',
  'x-azure-fdid',
  'x-azure-socketip',
  'x-appengine-user-ip',
  'x-client-geo-location',
  'x-amz-cf-id',
  'fly-client-ip',
  'do-connecting-ip',
  'incap-client-ip',
  'x-sucuri-clientip',
  'x-nf-client-connection-ip',
])

/** `X-Forwarded-For`, `-Host`, `-Proto` and whatever else is forwarded; what Envoy and Vercel add. */
const PROXY_PREFIXES = ['x-forwarded', 'x-envoy-', 'x-vercel-']

/**
 * What shows that a request was passed on by a proxy, so that the address of its connection is not its sender's; null
 * if nothing does. A client that asks directly names the host it asks: no or an empty `Host` is a proxy's as well.
 */
export function signOfProxy({ headers }: IncomingMessage): string | null {
  const host = headers.host ?? headers[':authority']
  if (host === undefined || host === '') return 'no Host'
  for (const name of Object.keys(headers)) {
    if (PROXY_HEADERS.has(name) || PROXY_PREFIXES.some((prefix) => name.startsWith(prefix))) return name
  }
  return null
}
