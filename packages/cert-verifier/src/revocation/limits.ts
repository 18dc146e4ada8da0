/** What fetching may cost. */
export interface FetchLimits {
  /** The largest CRL, in bytes. Default: 52,428,800. */
  readonly maxCrlBytes: number
  /** How long one fetch may take, in milliseconds: name, connection, redirects and body. Default: 5,000. */
  readonly timeout: number
  /** Addresses of each kind that are tried for one certificate. Default: 5. */
  readonly maxAddresses: number
  /** Fetches under way at once; CRLs take a quarter of them. Default: 16. */
  readonly maxConcurrent: number
}

export const DEFAULT_FETCH_LIMITS: FetchLimits = Object.freeze({
  maxCrlBytes: 50 * 1024 * 1024,
  timeout: 5000,
  maxAddresses: 5,
  maxConcurrent: 16,
})

/** An answer about one certificate, with the certificates of a responder: 2 to 5 kB in practice. */
export const MAX_OCSP_BYTES = 100_000

/** Answers kept, about 10 kB each. */
export const MAX_OCSP_ANSWERS = 10_000

/** CRLs kept, by number and by what they take in memory. */
export const MAX_CRLS = 200
export const MAX_CRL_MEMORY = 512 * 1024 * 1024

/** Fetches that may wait for their turn. What is more is refused: it could not come in time. */
export const MAX_WAITING = 1000
