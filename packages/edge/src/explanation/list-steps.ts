import {
  type CertificatePolicy,
  findDenial,
  findMissingAllowance,
  findMissingSelfSignedAllowance,
} from '@mtls-edge/cert-verifier'
import type { Certificate } from '@mtls-edge/path-validation'
import type { Step } from './explanation.js'

/** What the deny and the allow list say of a certificate, each on its own. */
export function describeLists(
  policy: CertificatePolicy,
  certificate: Certificate,
  isSelfSigned: boolean,
): readonly Step[] {
  return [describeDenial(policy, certificate), describeAllowance(policy, certificate, isSelfSigned)]
}

function describeDenial({ deny }: CertificatePolicy, certificate: Certificate): Step {
  const denial = findDenial(certificate, deny)
  if (denial !== null)
    return { outcome: 'failed', text: `${denial} names it`, path: [], revocation: [] }
  const isEmpty = Object.values(deny).every((list) => list.size === 0)
  const text = isEmpty ? 'the deny list is empty' : 'the deny list does not name it'
  return { outcome: 'passed', text, path: [], revocation: [] }
}

function describeAllowance(
  { allow }: CertificatePolicy,
  certificate: Certificate,
  isSelfSigned: boolean,
): Step {
  const find = isSelfSigned ? findMissingSelfSignedAllowance : findMissingAllowance
  const missing = find(certificate, allow)
  if (missing !== null)
    return { outcome: 'failed', text: `${missing} does not name it`, path: [], revocation: [] }
  const isEmpty = Object.values(allow).every((list) => list.size === 0)
  const text = isEmpty ? 'the allow list is empty: it restricts nobody' : 'the allow list names it'
  return { outcome: 'passed', text, path: [], revocation: [] }
}
