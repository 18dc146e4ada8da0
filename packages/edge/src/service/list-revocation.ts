import type { FetchedSource } from '@mtls-edge/cert-verifier'
import type { EdgeConfiguration } from '../configuration/types.js'
import type { HostApp } from '../domain/host-app.js'

/** A CRL or an OCSP answer that verdicts rest on, or an address that one is to come from. */
export interface RevocationItem extends FetchedSource {
  /** The custom domain. */
  readonly domain: string
  /** `file`: `address` is the file's path. */
  readonly origin: 'file' | 'fetched'
}

/** Lists what revocation information there is, by domain. */
export function listRevocation(
  configuration: EdgeConfiguration | null,
  hosts: ReadonlyMap<string, HostApp>,
): readonly RevocationItem[] {
  return (configuration?.domains ?? []).flatMap(
    ({ customDomain: domain, mtlsDomain, clientCertificates }) => [
      ...(clientCertificates.caSigned?.revocation.crls ?? []).map(
        ({ file, crl }): RevocationItem => ({
          domain,
          origin: 'file',
          kind: 'crl',
          address: file,
          thisUpdate: crl.thisUpdate,
          nextUpdate: crl.nextUpdate,
          fetchedAt: null,
          failure: null,
        }),
      ),
      ...(hosts.get(mtlsDomain)?.listFetched() ?? []).map(
        (fetched): RevocationItem => ({
          ...fetched,
          domain,
          origin: 'fetched',
        }),
      ),
    ],
  )
}
