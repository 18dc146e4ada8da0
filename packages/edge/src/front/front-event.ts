import type { OpeningRefusal } from './opening/opening-reader.js'

/** Why a connection ended before its handshake did. A closed list: logs and metrics carry these words. */
export type HandshakeRefusal =
  | OpeningRefusal
  /** The client offers neither TLS 1.2 nor 1.3. */
  | 'protocol_version'
  | 'no_server_name'
  /** An IP literal, or bytes that are no host name. */
  | 'invalid_server_name'
  | 'unknown_server_name'
  /** The client's address has as many connections as it may have, or began as many within a minute. */
  | 'too_many_connections'
  | 'hello_timeout'
  | 'handshake_timeout'
  /** The client went away in the middle. */
  | 'client_closed'
  /** OpenSSL ended the handshake; `cause` says why. */
  | 'tls_error'
  /** The second hello, after a HelloRetryRequest, named another host. */
  | 'server_name_changed'

/** The versions that a handshake can end with. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

/** What the front tells its owner, to log and to count. At most one event of a handshake comes for a connection. */
export type FrontEvent =
  | {
      readonly type: 'handshake_completed'
      readonly version: TlsVersion
      /** Whether a session of before was resumed. */
      readonly resumed: boolean
      /** From the complete ClientHello to the end of the handshake. */
      readonly durationMs: number
      readonly remoteAddress: string
      readonly remotePort: number
      /** Normalised; a host of the configuration. */
      readonly serverName: string | null
    }
  | {
      readonly type: 'handshake_refused'
      readonly reason: HandshakeRefusal
      /** The client's own, by the PROXY header where there is one. */
      readonly remoteAddress: string
      readonly remotePort: number
      /** Normalised; null as long as no valid one was read. Chosen by the client, but in the alphabet of host names. */
      readonly serverName: string | null
      readonly cause: Error | null
    }
  /** The connection was over `maxConnections` and closed at once. */
  | { readonly type: 'connection_dropped'; readonly remoteAddress: string | null }
  /** The listening socket reported an error after it had started. */
  | { readonly type: 'listener_error'; readonly cause: Error }
