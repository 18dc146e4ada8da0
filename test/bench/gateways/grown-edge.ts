import { createHash } from 'node:crypto'
import { openRegistryStore, readCertificates } from '@mtls-edge/cert-registry'
import { issueCrl } from '@mtls-edge/testkit'
import { CUSTOM_DOMAIN, type Stage } from '../stage/stage.ts'
import { describeDomain, type EdgeVariant, edgeVariant } from './edge.ts'
import type { Gateway } from './gateway.ts'

/** What there is much of: certificates in the registry, domains, entries in the CRL of the clients' issuer. */
export type Growth = 'certificates' | 'domains' | 'crl'

/** Entries written at a time. */
const BATCH = 10_000

/** This edge with so many of something. */
export function grownEdge(growth: Growth, size: number): Gateway {
  const name = `edge-${growth}-${size}`
  return {
    name,
    async start(stage, options) {
      const variant = await VARIANTS[growth](stage, size)
      return edgeVariant({ ...variant, name }).start(stage, options)
    },
  }
}

const VARIANTS = {
  async certificates(stage, size) {
    const registry = `sqlite:${stage.path('registry.db')}`
    await fillRegistry(registry, stage, size)
    return {
      settings: () => ({ registry }),
      domain: () => clientCertificates(stage, { requireRegistration: true }),
    }
  },
  async crl(stage, size) {
    const { root, intermediate } = stage.clients
    const crlFiles = [
      stage.write('root.crl', issueCrl({ issuer: root }).der),
      stage.write('intermediate.crl', issueCrl({ issuer: intermediate, bulk: size }).der),
    ]
    return {
      domain: () => clientCertificates(stage, { revocation: { mode: 'require', crlFiles } }),
    }
  },
  async domains(stage, size) {
    const more = Array.from({ length: size - 1 }, (_, index) => ({
      ...describeDomain(stage),
      customDomain: `d${index}.example.com`,
      mtlsDomain: `mtls.d${index}.example.com`,
    }))
    return { moreDomains: () => more }
  },
} satisfies Record<Growth, (stage: Stage, size: number) => Promise<Omit<EdgeVariant, 'name'>>>

function clientCertificates({ files }: Stage, more: object): object {
  const caSigned = {
    trustAnchorFiles: [files.clientRoot],
    intermediateFiles: [files.clientIntermediate],
    revocation: { mode: 'off' },
    ...more,
  }
  return { clientCertificates: { caSigned } }
}

/** The certificate that drives, and others that nobody has. */
export async function fillRegistry(url: string, { client }: Stage, size: number): Promise<void> {
  const [certificate] = readCertificates(client.pem)
  if (certificate === undefined) throw new Error('no certificate')
  const store = await openRegistryStore(url)
  for (let from = 0; from < size; from += BATCH) {
    const count = Math.min(BATCH, size - from)
    const batch = Array.from({ length: count }, (_, index) => {
      const number = from + index
      const made = createHash('sha256').update(String(number)).digest('hex')
      const thumbprint = number === 0 ? certificate.thumbprint : made
      return {
        domain: CUSTOM_DOMAIN,
        thumbprint,
        state: 'active' as const,
        certificate: { ...certificate, thumbprint },
      }
    })
    await store.importBatch(batch, 'bench')
  }
  await store.close()
}
