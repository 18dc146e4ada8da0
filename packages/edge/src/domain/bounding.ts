import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import type { Counts } from '../counting/index.js'
import type { CountRequest } from '../rate-limit/request-limits.js'
import { certificateKey, limitCertificateConnections } from './certificate-connections.js'
import { clientAddress } from './client-address.js'
import type { Bounds } from './limits.js'

/** Where things are counted, over all hosts. */
export interface Counting {
  readonly counts: Counts
  /** Requests within a minute, maybe over all edges. */
  readonly countRequest: CountRequest
}

/** Hooks for what is bounded, each list in its order. */
export interface BoundingHooks {
  /** For whatever comes of an address, before anything is looked at. */
  readonly byAddress: readonly onRequestHookHandler[]
  /** After the verdict: a certificate that was refused has nothing of its own to use up. */
  readonly byCertificate: readonly onRequestHookHandler[]
}

/** Makes the hooks of what is bounded; none for what is not. */
export async function createBoundingHooks(
  app: FastifyInstance,
  { limits, requests }: Bounds,
  { counts, countRequest }: Counting,
): Promise<BoundingHooks> {
  const byAddress: onRequestHookHandler[] = []
  const byCertificate: onRequestHookHandler[] = []
  const { connectionsPerCertificate } = limits
  const { perAddress, perCertificate } = requests
  if (connectionsPerCertificate !== null)
    byCertificate.push(limitCertificateConnections(counts, connectionsPerCertificate))
  if (perAddress !== null || perCertificate !== null) {
    // Loaded while the host is built: where that fails, so does the start or the reload, and never a request.
    const { prepareRequestLimits } = await import('../rate-limit/request-limits.js')
    const { limit } = await prepareRequestLimits(app, countRequest)
    if (perAddress !== null) {
      const { addressKey } = await import('../counting/address-key.js')
      byAddress.push(limit(perAddress, (request) => addressKey(clientAddress(request))))
    }
    if (perCertificate !== null) byCertificate.push(limit(perCertificate, certificateKey))
  }
  return { byAddress, byCertificate }
}
