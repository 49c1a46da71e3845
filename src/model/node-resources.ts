import type { Resource } from './resource.js'

/**
 * What an object of one of Node's classes is, by the class alone and the texts of a few of its properties (Node 20 to
 * 26). For those of which the process itself tells more, see `engine/read-resources.ts`.
 */
export function resourceOfClass(nodeClass: string, textOf: (property: string) => string | null): Resource {
  switch (nodeClass) {
    case 'Immediate':
      return { kind: 'immediate' }
    case 'FSReqCallback':
    case 'FSReqPromise':
    case 'ReadFileJob':
      return { kind: 'file operation' }
    case 'FSEvent':
    case 'FSWatcher':
    case 'StatWatcher':
      return { kind: 'file watch' }
    case 'GetAddrInfoReqWrap':
      return { kind: 'dns', query: 'lookup', name: textOf('hostname') }
    case 'GetNameInfoReqWrap':
      return { kind: 'dns', query: 'name', name: textOf('host') }
    case 'QueryReqWrap':
      return { kind: 'dns', query: 'query', name: textOf('hostname') }
    case 'TCPConnectWrap': {
      const [address, port] = [textOf('address'), textOf('port')]
      return { kind: 'connecting', remote: address === null || port === null ? address : `${address}:${port}` }
    }
    case 'PipeConnectWrap':
      return { kind: 'connecting', remote: textOf('address') }
    case 'WriteWrap':
    case 'ShutdownWrap':
    case 'SendWrap':
      return { kind: 'writing' }
    case 'MessagePort':
      return { kind: 'message port' }
    case 'Worker':
      return { kind: 'worker', threadId: null }
    case 'ChildProcess':
    case 'Process':
      return { kind: 'child process', pid: null, file: textOf('spawnfile'), stream: null }
    case 'ClientRequest':
      return { kind: 'HTTP request' }
    case 'Server':
      return { kind: 'server', local: null }
    case 'Socket':
    case 'TLSSocket':
      return { kind: 'socket', transport: 'unknown', local: null, remote: null }
    default:
      return { kind: 'operation', name: nodeClass }
  }
}
