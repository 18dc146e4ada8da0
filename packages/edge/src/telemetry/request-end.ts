/**
 * How a request ended: plain data, and as it is the line in the log, so that it is made once. Text that a client chose is
 * escaped and cut. Labels of metrics may come from `domain`, `host`, `endpoint`, `protocol`, `status`, `verdict` and `reason`
 * alone: the other fields are as many as there are clients.
 */
export interface RequestEnd {
  readonly event: 'request'
  /** What the client got as `x-request-id`. */
  readonly requestId: string
  /** The custom domain, and which of its two hosts it was. */
  readonly domain: string
  readonly host: string
  readonly protocol: '1.0' | '1.1' | '2.0'
  readonly method: string
  readonly path: string
  /** A path of the configuration's `endpoints`, or `other`. */
  readonly endpoint: string
  readonly status: number
  /** `null` where nobody asked for a certificate, or the request was refused before it was looked at. */
  readonly verdict: 'ca-verified' | 'self-signed' | 'refused' | 'none' | null
  /** Code of the closed list; `null` where the request was forwarded. */
  readonly reason: string | null
  /** For operators; it never reaches the client. */
  readonly detail: string | null
  /** Of the certificate, whether it was refused or not. */
  readonly thumbprint: string | null
  readonly subject: string | null
  readonly issuer: string | null
  readonly serial: string | null
  readonly registered: boolean | null
  readonly handshakeError: string | null
  readonly remoteAddress: string
  /** From the end of the request's headers to the end of the answer. */
  readonly durationMs: number
  /** From when the request was forwarded to the headers of Auth0's answer; `null` where there was none. */
  readonly auth0Ms: number | null
}
