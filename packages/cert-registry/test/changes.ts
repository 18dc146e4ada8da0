import { createHash } from 'node:crypto'
import {
  type CertificateFacts,
  type Registry,
  type RegistryChange,
  readCertificates,
} from '@mtls-edge/cert-registry'
import { issueCertificate } from '@mtls-edge/testkit'

export const DOMAIN = 'auth.example.com'

/** A thumbprint that belongs to no certificate. */
export function thumbprint(name: string | number): string {
  return createHash('sha256').update(String(name)).digest('hex')
}

/** A self-signed certificate, as the registry sees it. */
export function certificate(name: string, notAfter?: Date): CertificateFacts {
  const options = notAfter === undefined ? {} : { notAfter }
  const [facts] = readCertificates(issueCertificate({ subject: { CN: name }, ...options }).pem)
  if (facts === undefined) throw new Error('no certificate')
  return facts
}

/** Waits until the view says so; rejects after `limit` milliseconds. Begin it before the change is made. */
export async function until(
  registry: Registry,
  isSo: () => boolean,
  limit = 5000,
): Promise<number> {
  const start = performance.now()
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not so after ${limit} ms`)), limit)
    const stop = registry.onChange(check)
    function check(_change?: RegistryChange) {
      if (!isSo()) return
      clearTimeout(timer)
      stop()
      resolve()
    }
    // An event that came first would never come again.
    queueMicrotask(check)
  })
  return performance.now() - start
}

/** The code of what a promise rejects with; `null` when it resolves. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
    return null
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
