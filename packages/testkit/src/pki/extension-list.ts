import type { CertificateOptions, ExtensionOptions } from './certificate-options.js'
import type { Der } from './der.js'
import { crlDistributionPoints, freshestCrl } from './distribution-point.js'
import {
  authorityInformationAccess,
  authorityKeyIdentifier,
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  subjectAlternativeName,
  subjectKeyIdentifier,
} from './extension.js'
import { keyIdentifierOf } from './key.js'
import {
  certificatePolicies,
  inhibitAnyPolicy,
  nameConstraints,
  policyConstraints,
  policyMappings,
} from './path-extension.js'

/** The extensions of a certificate in their order, or `null` where it has no such field. */
export function extensionsOf(options: CertificateOptions, spki: Der): readonly Extension[] | null {
  const { extensions, version = 3 } = options
  if (extensions === 'none') return null
  if (typeof extensions === 'object') return extensions
  const made = [...usages(options, version), ...constraints(options), ...names(options)]
  if (version === 3) made.push(...identifiers(options, spki))
  made.push(...(options.extraExtensions ?? []))
  if (extensions) return extensions(made)
  // A version 1 or 2 certificate has extensions only where the test asks for them.
  return made.length === 0 && version !== 3 ? null : made
}

function usages(options: ExtensionOptions, version: number): Extension[] {
  const { ca, pathLength } = options
  const made: Extension[] = []
  if (ca !== undefined || pathLength !== undefined) {
    made.push(basicConstraints(ca ?? false, pathLength))
  }
  const byDefault = version === 3
  const usage = options.keyUsage ?? null
  if (usage) made.push(keyUsage(usage))
  if (options.keyUsage === undefined && byDefault) {
    made.push(keyUsage(ca ? ['keyCertSign', 'cRLSign'] : ['digitalSignature']))
  }
  const purposes = options.extendedKeyUsage ?? null
  if (purposes) made.push(extendedKeyUsage(purposes))
  if (options.extendedKeyUsage === undefined && byDefault && !ca) {
    made.push(extendedKeyUsage(['clientAuth']))
  }
  return made
}

function constraints(options: ExtensionOptions): Extension[] {
  const made: Extension[] = []
  if (options.nameConstraints) made.push(nameConstraints(options.nameConstraints))
  if (options.policies) made.push(certificatePolicies(options.policies))
  if (options.policyMappings) made.push(policyMappings(options.policyMappings))
  if (options.policyConstraints) made.push(policyConstraints(options.policyConstraints))
  if (options.inhibitAnyPolicy !== undefined) made.push(inhibitAnyPolicy(options.inhibitAnyPolicy))
  return made
}

function names(options: ExtensionOptions): Extension[] {
  const made: Extension[] = []
  const { subjectAlternativeNames, authorityInformationAccess: access } = options
  if (subjectAlternativeNames) made.push(subjectAlternativeName(subjectAlternativeNames))
  if (options.crlDistributionPoints) {
    made.push(crlDistributionPoints(options.crlDistributionPoints))
  }
  if (options.freshestCrl) made.push(freshestCrl(options.freshestCrl))
  if (access) made.push(authorityInformationAccess(access))
  return made
}

function identifiers(options: CertificateOptions, spki: Der): Extension[] {
  const { subjectKeyIdentifier: own, authorityKeyIdentifier: authority, issuer } = options
  const made: Extension[] = []
  if (own !== null) made.push(subjectKeyIdentifier(own ?? keyIdentifierOf(spki)))
  if (authority) made.push(authorityKeyIdentifier(authority))
  if (authority === undefined && issuer) {
    made.push(authorityKeyIdentifier({ keyIdentifier: issuer.keyIdentifier }))
  }
  return made
}
