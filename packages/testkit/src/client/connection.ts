import { Agent, buildConnector } from 'undici'

/** Where a client connects to and what it holds. */
export interface ConnectionOptions {
  /** Port of the edge on `address`. Every request goes there, whatever host and port its URL names. */
  readonly port: number
  /** Default: 127.0.0.1. */
  readonly address?: string
  /** PEM of the roots to trust the edge's certificate by. */
  readonly ca: string
  /** PEM of the client certificate, and of its intermediates after it; left out, the client has none. */
  readonly certificate?: string
  /** PEM of the client certificate's key. */
  readonly key?: string
}

/**
 * Makes an undici dispatcher that holds the client's key and connects to one place on this machine. Host and SNI stay those
 * of the request's URL, and the server's certificate is verified against that name.
 */
export function createAgent(options: ConnectionOptions): Agent {
  const connect = buildConnector(credentialsOf(options))
  const hostname = options.address ?? '127.0.0.1'
  const port = String(options.port)
  return new Agent({
    connect: (target, callback) => {
      const servername = target.servername ?? target.hostname
      connect({ ...target, hostname, port, servername }, callback)
    },
  })
}

/** The members of `tls.connect`'s options that say who the client is and whom it trusts. */
export function credentialsOf(options: ConnectionOptions) {
  const { ca, certificate, key } = options
  return {
    ca,
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  }
}
