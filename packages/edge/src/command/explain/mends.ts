/**
 * How to mend what a certificate was refused for, by the reason's code; a test holds that these are the reasons to which
 * docs/reason-codes.md has a mend too. Without one: what is as it should be, such as `revoked`.
 */
const MENDS: Readonly<Record<string, string>> = {
  malformed_certificate: 'have it issued anew with another tool',
  expired: 'have it renewed; --at decides for another time',
  not_yet_valid: 'look at the clocks of the CA and of this machine; --at decides for another time',
  untrusted_issuer:
    'have the client send the intermediates along (here: --chain), or name them in caSigned.intermediateFiles; a CA of yours that is missing belongs into caSigned.trustAnchorFiles',
  bad_signature:
    'if the CA renewed its key, name both of its certificates; else the certificate is a forgery',
  wrong_purpose: 'have it issued for clients (extended key usage clientAuth)',
  wrong_key_usage:
    'have it issued with the key usage digitalSignature (a CA: keyCertSign), or without that extension',
  ca_as_leaf: "use a client's certificate, which the CA issued",
  not_a_ca: "find out why a key that is no CA's signed a certificate",
  path_length_exceeded: 'have it issued by a CA that may',
  name_constraint_violation: 'have it issued by a CA that may, or with other names',
  policy_violation: 'have it issued by a CA that may',
  unknown_critical_extension: 'have it issued without that extension, or with it not critical',
  weak_key: 'use a key of RSA from 2048 bits, P-256, P-384, P-521 or Ed25519',
  weak_signature: 'have it issued with SHA-256 or better',
  forged_ca_name: 'if it is no attack, use another subject than that of the CA',
  revocation_unknown:
    'publish the CRL in time and name it in caSigned.revocation.crlFiles, or have it fetched; staleGrace bridges a gap',
  budget_exceeded: 'send the chain of this certificate alone',
  not_allowed: 'add it to clientCertificates.allow; a self-signed one by its thumbprint',
  not_registered: 'mtls-edge registry add',
  registration_pending: 'mtls-edge registry activate, if it may come in',
  registration_suspended: 'mtls-edge registry activate, if it may come in again',
  registration_revoked: 'mtls-edge registry activate, if it may come in again',
  self_signed_not_accepted: 'clientCertificates.selfSigned says which ones are let in',
  ca_signed_not_accepted: 'clientCertificates.caSigned says which CAs are trusted',
  handshake_verdict_differs: 'have the client send the intermediates along',
  certificate_too_large: 'have it issued with fewer names, or for a smaller key',
  verification_failed: 'report it',
}

/** How to mend what a certificate was refused for; `null` where nothing is to be mended. */
export function mendOf(reason: string | null): string | null {
  return reason !== null && Object.hasOwn(MENDS, reason) ? (MENDS[reason] ?? null) : null
}
