import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { AdminConfiguration } from '../configuration/index.js'

/**
 * Tells whether a request may name this host. A page whose name was made to point here (DNS rebinding) names its own.
 *
 * An address is no name that anybody could point elsewhere. With TLS the names of the certificate count too: a page that
 * is not there has none that a browser takes.
 */
export function createHostCheck({
  host,
  allowedHosts,
  tls,
}: Pick<AdminConfiguration, 'host' | 'allowedHosts' | 'tls'>): (
  header: string | undefined,
) => boolean {
  const names = new Set(['localhost', host, ...allowedHosts].map((name) => name.toLowerCase()))
  const certificate = tls === null ? null : new X509Certificate(tls.certificate)
  return (header) => {
    const name = header === undefined ? null : readName(header)
    if (name === null) return false
    return isIP(name) !== 0 || names.has(name) || certificate?.checkHost(name) !== undefined
  }
}

/** The name in a Host header, without port, brackets and trailing dot; `null` where it is none. */
function readName(header: string): string | null {
  const url = `http://${header}`
  if (/[/?#@\\\s]/.test(header) || !URL.canParse(url)) return null
  return new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}
