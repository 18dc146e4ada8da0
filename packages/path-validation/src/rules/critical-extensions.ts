import type { Certificate } from '../certificate/certificate.js'
import { type Objection, objectTo } from '../path/objection.js'

/**
 * Every critical extension is one that is understood here.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.4 (o) and 6.1.5 (f)
 */
export function checkCriticalExtensions(certificate: Certificate): Objection | null {
  const [unknown] = certificate.extensions.unknownCritical
  if (unknown === undefined) return null
  return objectTo(
    certificate,
    'unknown_critical_extension',
    `the critical extension ${unknown} is not known`,
  )
}
