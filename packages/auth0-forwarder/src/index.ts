import type { ForwardOptions } from './outgoing-request.js'

export * from './errors.js'
export {
  certificateHeaders,
  encodeCertificateHeader,
  type VerifiedClientCertificate,
} from './headers/certificate-headers.js'
export type { Auth0ForwarderOptions, ClientIpHeader, Timeouts } from './options.js'
export type { ForwardOptions, OutgoingTrace } from './outgoing-request.js'
export { auth0Forwarder } from './plugin.js'

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Sends the request to the forwarding target, once, and its response to the client.
     *
     * @throws FST_AUTH0_FORWARDER_* for whatever is wrong before anything is sent; later failures go through Fastify's
     * error handling as well
     */
    forwardToAuth0(options: ForwardOptions): this
  }
}
