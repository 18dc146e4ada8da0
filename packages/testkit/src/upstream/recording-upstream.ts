import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Issued } from '../pki/index.js'
import { answerJson, type Exchange, type UpstreamHandler } from './behaviour.js'
import { recordRequest, type UpstreamRequest } from './recorded-request.js'

/** What `startRecordingUpstream` lets a test choose. */
export interface RecordingUpstreamOptions {
  /** The server's certificate; its chain is sent with it. */
  readonly certificate: Issued
  /** Key in PEM, where it is not the certificate's own. */
  readonly key?: string
  /** Default: 200 with `{"ok":true}`. */
  readonly handler?: UpstreamHandler
  /** Anything else that `https.createServer` takes. */
  readonly server?: ServerOptions
}

/** A TLS server that writes down what reaches it. */
export interface RecordingUpstream {
  readonly port: number
  /** `https://127.0.0.1:<port>` */
  readonly origin: string
  /** Every request whose headers were read, in their order. */
  readonly requests: readonly UpstreamRequest[]
  /** How many TLS connections were opened so far, and how many are open. */
  readonly connections: { readonly opened: number; readonly open: number }
  /** Failed handshakes, and bytes that were no HTTP: nothing of these is among the requests. */
  readonly errors: readonly Error[]
  /** From now on answers so. */
  answerWith(handler: UpstreamHandler): void
  /** The next request that has not been waited for, as soon as its headers are there. */
  nextRequest(): Promise<UpstreamRequest>
  /** Forgets the requests and errors so far. */
  forget(): void
  /** Ends every connection, then the server. */
  close(): Promise<void>
}

/** Starts a {@link RecordingUpstream} on a free port of 127.0.0.1. */
export async function startRecordingUpstream(
  options: RecordingUpstreamOptions,
): Promise<RecordingUpstream> {
  const { certificate } = options
  const server = createServer({
    cert: certificate.chainPem,
    key: options.key ?? certificate.keyPem,
    // Large, so that a test sees what came instead of Node's own 431.
    maxHeaderSize: 262_144,
    ...options.server,
  })
  const log = new Log(options.handler ?? answerJson())
  server.on('connection', (socket) => log.trackRaw(socket))
  server.on('secureConnection', (socket) => log.track(socket))
  server.on('request', (incoming, response) => log.take(incoming, response))
  server.on('tlsClientError', (error) => log.errors.push(error))
  server.on('clientError', (error, socket) => {
    log.errors.push(error)
    socket.destroy()
  })
  for (const event of ['upgrade', 'connect'] as const) {
    server.on(event, (incoming: IncomingMessage) => log.refuse(incoming))
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server.address())
  return {
    port,
    origin: `https://127.0.0.1:${port}`,
    requests: log.requests,
    connections: log,
    errors: log.errors,
    answerWith: (handler) => {
      log.handler = handler
    },
    nextRequest: () => log.next(),
    forget: () => log.forget(),
    close: async () => {
      log.destroyConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no TCP address')
  return address.port
}

class Log {
  readonly requests: UpstreamRequest[] = []
  readonly errors: Error[] = []
  handler: UpstreamHandler
  opened = 0
  readonly #sockets = new Set<Socket>()
  readonly #numbers = new WeakMap<Socket, number>()
  readonly #waiting: ((request: UpstreamRequest) => void)[] = []
  #seen = 0

  constructor(handler: UpstreamHandler) {
    this.handler = handler
  }

  get open(): number {
    return this.#sockets.size
  }

  trackRaw(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
  }

  track(socket: TLSSocket): void {
    this.opened += 1
    this.#numbers.set(socket, this.opened)
  }

  take(incoming: IncomingMessage, response: ServerResponse): void {
    const request = this.#record(incoming)
    response.on('error', (error) => this.errors.push(error))
    this.#answer({ request, incoming, response })
  }

  async #answer(exchange: Exchange): Promise<void> {
    try {
      await this.handler(exchange)
    } catch (error) {
      this.errors.push(error instanceof Error ? error : new Error(String(error)))
      exchange.incoming.socket.destroy()
    }
  }

  refuse(incoming: IncomingMessage): void {
    this.#record(incoming)
    incoming.socket.destroy()
  }

  next(): Promise<UpstreamRequest> {
    const request = this.requests[this.#seen]
    if (!request) return new Promise((resolve) => this.#waiting.push(resolve))
    this.#seen += 1
    return Promise.resolve(request)
  }

  forget(): void {
    this.requests.length = 0
    this.errors.length = 0
    this.#seen = 0
  }

  destroyConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #record(incoming: IncomingMessage): UpstreamRequest {
    const request = recordRequest(incoming, this.#numbers.get(incoming.socket) ?? 0)
    this.requests.push(request)
    const waiting = this.#waiting.shift()
    if (waiting) {
      this.#seen += 1
      waiting(request)
    }
    return request
  }
}
