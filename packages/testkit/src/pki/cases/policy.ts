import type { CertificateOptions } from '../certificate-options.js'
import { sequence } from '../der.js'
import { EXTENSION_OIDS } from '../extension.js'
import { ANY_POLICY } from '../path-extension.js'
import { type CaseDefinition, odd } from './case.js'

const VIOLATION = ['policy_violation']
const GOLD = '1.2.3.1'
const SILVER = '1.2.3.2'

/** A leaf with these options under a CA with those. */
function under(
  name: string,
  why: string,
  reasons: readonly string[],
  issuer: CertificateOptions,
  own: CertificateOptions,
): CaseDefinition {
  return odd(name, why, reasons, ({ ca, leaf }) => leaf({ ...own, issuer: ca(issuer) }))
}

const EXPLICIT = { policyConstraints: { requireExplicitPolicy: 0 } }

/** Policies that do not, or do, hold along the path. */
export const POLICY_CASES = [
  under(
    'a policy that is required and missing',
    'explicit_policy (6.1.5 g)',
    VIOLATION,
    { ...EXPLICIT, policies: [GOLD] },
    {},
  ),
  under(
    'a policy that is required and another',
    'no policy is common (6.1.5 g)',
    VIOLATION,
    { ...EXPLICIT, policies: [GOLD] },
    { policies: [SILVER] },
  ),
  under(
    'a policy that is required and there',
    'explicit_policy (6.1.5 g)',
    [],
    { ...EXPLICIT, policies: [GOLD] },
    { policies: [GOLD] },
  ),
  under(
    'a policy that nobody requires',
    'policies that differ are no fault by themselves',
    [],
    { policies: [GOLD] },
    { policies: [SILVER] },
  ),
  under(
    'any policy',
    'it stands for all (6.1.3 d 2)',
    [],
    { ...EXPLICIT, policies: [ANY_POLICY] },
    { policies: [GOLD] },
  ),
  under(
    'any policy, inhibited',
    'it stands for none (6.1.3 d 2)',
    VIOLATION,
    { ...EXPLICIT, policies: [GOLD], inhibitAnyPolicy: 0 },
    { policies: [ANY_POLICY] },
  ),
  under(
    'a policy that is mapped',
    'the subject’s word for the issuer’s policy (6.1.4 b)',
    [],
    { ...EXPLICIT, policies: [GOLD], policyMappings: [[GOLD, SILVER]] },
    { policies: [SILVER] },
  ),
  under(
    'a policy that is mapped away',
    'its own name no longer counts (6.1.4 b)',
    VIOLATION,
    { ...EXPLICIT, policies: [GOLD], policyMappings: [[GOLD, SILVER]] },
    { policies: [GOLD] },
  ),
  under(
    'a mapping from any policy',
    'must not be mapped (6.1.4 a)',
    [...VIOLATION, 'malformed_certificate'],
    { policies: [ANY_POLICY], policyMappings: [[ANY_POLICY, GOLD]] },
    { policies: [GOLD] },
  ),
  under(
    'a mapping to any policy',
    'must not be mapped (6.1.4 a)',
    [...VIOLATION, 'malformed_certificate'],
    { policies: [GOLD], policyMappings: [[GOLD, ANY_POLICY]] },
    { policies: [GOLD] },
  ),
  under(
    'policy constraints, none',
    'must not be an empty SEQUENCE (4.2.1.11)',
    ['malformed_certificate', 'untrusted_issuer'],
    {
      extraExtensions: [
        { oid: EXTENSION_OIDS.policyConstraints, critical: true, value: sequence() },
      ],
    },
    {},
  ),
]
