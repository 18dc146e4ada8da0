/** Makes what a client sends, with one part of it made large. */
import {
  type CertificateOptions,
  type createPki,
  type Extension,
  type Issued,
  issueCertificate,
} from '@mtls-edge/testkit'
import { many } from './shapes.ts'

/** What a client sends. */
export interface Presented {
  readonly leaf: Uint8Array
  readonly pool: readonly Uint8Array[]
}

export type Pki = ReturnType<typeof createPki>
/** @param run - another one each time, so that nothing is known from the last one */
export type Make = (run: number) => Presented
export type Kinds = Readonly<Record<string, Make>>

export interface Maker {
  readonly pki: Pki
  leafOf(run: number, options: CertificateOptions, pool?: readonly Issued[]): Presented
  withExtension(make: (run: number) => Extension): Make
  withSubject(make: (run: number) => Buffer): Make
  /** CAs of the issuer's name, none of which has signed the leaf, before the leaf. */
  withCas(count: number, options: (run: number, index: number) => CertificateOptions): Make
}

export function createMaker(pki: Pki): Maker {
  const leafOf: Maker['leafOf'] = (run, options, pool = []) => ({
    leaf: issueCertificate({ issuer: pki.intermediate, subject: `client ${run}`, ...options }).der,
    pool: pool.map((one) => one.der),
  })
  return {
    pki,
    leafOf,
    withExtension: (make) => (run) => {
      const extra = make(run)
      const extensions = (made: readonly Extension[]) => [
        ...made.filter(({ oid }) => oid !== extra.oid),
        extra,
      ]
      return leafOf(run, { extensions })
    },
    withSubject: (make) => (run) => leafOf(run, { subject: make(run) }),
    withCas: (count, options) => (run) => {
      const pool = many(count, (index) =>
        issueCertificate({
          subject: `CA ${run}`,
          ca: true,
          issuer: pki.root,
          ...options(run, index),
        }),
      )
      return leafOf(run, { issuerName: `CA ${run}` }, pool)
    },
  }
}
