/** Limits of the front. Times are in milliseconds. */
export interface FrontLimits {
  /** From the first moment of a connection to the last byte of its ClientHello. */
  readonly helloTimeout: number
  /** From the hello to the end of the handshake. */
  readonly handshakeTimeout: number
  /** More connections than this are closed at once. */
  readonly maxConnections: number
}

/** Limits of one host's HTTP server. Times are in milliseconds, sizes in bytes. */
export interface HostServerLimits {
  /** From the handshake, or the first byte of a further request, to the end of the headers. */
  readonly headersTimeout: number
  /** From the same start to the end of the body. */
  readonly requestTimeout: number
  /** How long a kept connection may lie idle between two requests. */
  readonly keepAliveTimeout: number
  /** Silence of the client in the middle of a request: while it neither sends its body nor reads its answer. */
  readonly inactivityTimeout: number
  /** Request line and headers together; over it the answer is 431. */
  readonly maxHeaderSize: number
  /** Header lines; over it the answer is 431. */
  readonly maxHeadersCount: number
  /** The request target; over it the answer is 414. */
  readonly maxUrlBytes: number
  /** Requests on one connection; the last answer says `Connection: close`. */
  readonly maxRequestsPerSocket: number
}

/** Defaults of {@link HostServerLimits}; each may be set for a host. */
export const DEFAULT_LIMITS: HostServerLimits = Object.freeze({
  /** Slowloris: headers come in one flight from every real client; a bad mobile line needs a few seconds. */
  headersTimeout: 10_000,
  /** A slow body (R-U-Dead-Yet): the largest body allowed by default, 1 MiB, at 35 KB/s, a poor mobile line. */
  requestTimeout: 30_000,
  /** A new mutual handshake costs some milliseconds of CPU and a kept connection some KiB; clients poll within a minute. */
  keepAliveTimeout: 60_000,
  /**
   * An answer that is never read would hold its connection, and the one to Auth0, for ever. It must be longer than any wait
   * for Auth0, during which nothing passes on the client's side either.
   */
  inactivityTimeout: 120_000,
  /** Node's default. Tokens and DPoP proofs take 2 to 4 KiB; more would only multiply memory (CVE-2018-12121). */
  maxHeaderSize: 16 * 1024,
  /** Browsers behind several proxies send about 40. Each line costs work in every hook that looks at all of them. */
  maxHeadersCount: 100,
  /** RFC 9112 section 3: 8000 at the least. An authorization request with a signed object comes close to it. */
  maxUrlBytes: 8 * 1024,
  /** Spreads long-lived clients over the workers again, and bounds what a leak of a connection's state could cost. */
  maxRequestsPerSocket: 10_000,
})

/**
 * How often Node looks for requests over their time, in milliseconds. Its default of 30 s would let a header of 10 s last
 * for 40. One pass is a look at a sorted list.
 */
export const CONNECTIONS_CHECKING_INTERVAL = 1_000

/** Time for the whole ClientHello to arrive, in milliseconds: one flight, sent at once after the TCP handshake. */
export const DEFAULT_HELLO_TIMEOUT = 5_000

/**
 * Time from the hello to the end of the handshake, in milliseconds: two more round trips and, on the client's side, a
 * signature that may come from a smart card or a remote key store. Node's own limit is 120 s.
 */
export const DEFAULT_HANDSHAKE_TIMEOUT = 10_000

/**
 * Silence after which TCP asks a peer whether it is still there, in milliseconds. Linux would wait two hours; balancers and
 * NAT forget a silent connection after a few minutes.
 */
export const KEEP_ALIVE_DELAY = 60_000
