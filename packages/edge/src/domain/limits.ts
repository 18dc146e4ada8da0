import type {
  EdgeConfiguration,
  LimitsConfiguration,
  RateLimitConfiguration,
} from '../configuration/types.js'
import type { ConnectionBounds } from '../counting/index.js'
import type { FrontLimits, HostServerLimits } from '../front/index.js'

/** What bounds a host: plain data, without a secret. */
export interface Bounds {
  readonly limits: LimitsConfiguration
  readonly requests: Pick<RateLimitConfiguration, 'perCertificate' | 'perAddress'>
}

/** What of a configuration bounds every host. */
export const describeBounds = ({
  limits,
  rateLimit: { perCertificate, perAddress },
}: EdgeConfiguration): Bounds => ({ limits, requests: { perCertificate, perAddress } })

/** What of a configuration bounds the connections of one address. */
export const describeConnectionBounds = ({
  limits: { connectionsPerAddress },
  rateLimit: { newConnectionsPerAddress },
}: EdgeConfiguration): ConnectionBounds => ({ connectionsPerAddress, newConnectionsPerAddress })

/** The limits of a host's HTTP server. */
export const describeServerLimits = (limits: LimitsConfiguration): HostServerLimits => ({
  headersTimeout: limits.headersTimeout,
  requestTimeout: limits.bodyTimeout,
  keepAliveTimeout: limits.idleTimeout,
  inactivityTimeout: limits.stallTimeout,
  maxHeaderSize: limits.headerBytes,
  maxHeadersCount: limits.headerCount,
  maxUrlBytes: limits.urlBytes,
  maxRequestsPerSocket: limits.requestsPerConnection,
})

/**
 * The limits of one worker's front. Connections are divided among the workers, so that all together never have more; the
 * system spreads them by chance, so that one may be full a little before the others.
 *
 * @param workers how many processes share the port
 */
export const describeFrontLimits = (
  { handshakeTimeout, connections }: LimitsConfiguration,
  workers: number,
): FrontLimits => ({
  // One flight, sent at once after the TCP handshake; the rest takes two more round trips and a signature.
  helloTimeout: Math.ceil(handshakeTimeout / 2),
  handshakeTimeout,
  maxConnections: Math.floor(connections / workers),
})
