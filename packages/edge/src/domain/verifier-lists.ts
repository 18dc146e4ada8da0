import type { CertVerifierOptions } from '@mtls-edge/cert-verifier'
import type { AllowRules, ClientCertificateConfiguration } from '../configuration/types.js'

/** The allow and deny lists in the words of cert-verifier's options. */
export function describeVerifierLists(
  rules: ClientCertificateConfiguration,
): Pick<CertVerifierOptions, 'allow' | 'deny'> {
  return {
    allow: describeRules(rules.allow),
    deny: {
      ...describeRules(rules.deny),
      serials: rules.deny.serials.map(({ issuer, serial }) => ({ issuer: issuer.text, serial })),
    },
  }
}

function describeRules(rules: AllowRules): NonNullable<CertVerifierOptions['allow']> {
  return {
    thumbprints: rules.thumbprints,
    subjects: rules.subjects.map(({ text }) => text),
    issuers: rules.issuers.map(({ text }) => text),
    subjectAlternativeNames: rules.subjectAlternativeNames.map(
      ({ type, value }) => `${type}:${value}`,
    ),
  }
}
