import { CertificateTooLargeError } from '@mtls-edge/auth0-forwarder'
import type { RegistryView } from '@mtls-edge/cert-registry'
import { type CertificatePolicy, type Decision, refusalErrors } from '@mtls-edge/cert-verifier'
import { isSignedByItself, type RevocationEvidence } from '@mtls-edge/path-validation'
import type { DomainConfiguration } from '../configuration/index.js'
import { type CertificateFacts, describeCertificate } from './certificate-facts.js'
import { describeHeaders, type ForwardedHeader } from './forwarded-headers.js'
import { describeLists } from './list-steps.js'
import { describeEvidence, type RevocationFacts } from './revocation-facts.js'

/** What `explain` found, as data that can be printed: `--json` prints it as it is. */
export interface Explanation {
  readonly verdict: 'ca-verified' | 'self-signed' | 'refused'
  /** The reason's code where it is refused. */
  readonly reason: string | null
  /** What the client is told where it is refused. */
  readonly message: string | null
  /** What the log is told where it is refused. */
  readonly detail: string | null
  /** ISO 8601. */
  readonly at: string
  readonly customDomain: string
  readonly mtlsDomain: string
  /** `null` where it can't be read. */
  readonly certificate: CertificateFacts | null
  readonly steps: readonly Step[]
  /** Subjects, from the leaf to the trust anchor; empty where it is refused. */
  readonly path: readonly string[]
  /** Until when the verdict holds if nothing else changes, ISO 8601; `null` where it is refused. */
  readonly validUntil: string | null
  /** What Auth0 would get beside the client's own headers; empty where it is refused. */
  readonly headers: readonly ForwardedHeader[]
}

export interface Step {
  readonly outcome: 'info' | 'passed' | 'failed'
  readonly text: string
  /** Subjects of the path as far as it was tried, from the leaf; empty where the step is about no path. */
  readonly path: readonly string[]
  /** The CRLs and OCSP answers that were asked, where that was the step. */
  readonly revocation: readonly RevocationFacts[]
}

export interface ExplanationInput {
  readonly decision: Decision
  readonly policy: CertificatePolicy
  readonly domain: DomainConfiguration
  readonly registry: RegistryView | null
  readonly at: Date
}

/** Puts a decision into words. It decides nothing itself, but for a header that would be too long to send. */
export function describeExplanation(input: ExplanationInput): Explanation {
  const { decision, domain, at } = input
  const headers = decision.kind === 'refused' ? [] : describeHeaders(decision, domain)
  const common = {
    at: at.toISOString(),
    customDomain: domain.customDomain,
    mtlsDomain: domain.mtlsDomain,
    certificate:
      decision.certificate === null ? null : describeCertificate(decision.certificate, at),
    steps: describeSteps(input),
  }
  if (decision.kind === 'refused') {
    return refuse(common, decision.reason, describeMessage(decision.reason), decision.detail)
  }
  if (headers === 'too large') {
    const { message } = new CertificateTooLargeError()
    return refuse(common, 'certificate_too_large', message, 'Auth0 takes 4096 bytes at the most')
  }
  return {
    verdict: decision.kind,
    reason: null,
    message: null,
    detail: null,
    ...common,
    path: decision.path.map(({ subject }) => subject.text),
    validUntil: new Date(decision.validUntil).toISOString(),
    headers,
  }
}

function refuse(
  common: Pick<Explanation, 'at' | 'customDomain' | 'mtlsDomain' | 'certificate' | 'steps'>,
  reason: string,
  message: string | null,
  detail: string,
): Explanation {
  return {
    verdict: 'refused',
    reason,
    message,
    detail,
    ...common,
    path: [],
    validUntil: null,
    headers: [],
  }
}

function describeMessage(reason: Parameters<typeof refusalErrors.get>[0]): string | null {
  const Refusal = refusalErrors.get(reason)
  return Refusal === undefined ? null : new Refusal().message
}

function describeSteps(input: ExplanationInput): readonly Step[] {
  const { decision, policy, domain, at } = input
  const { certificate } = decision
  if (certificate === null) return []
  const isSelfSigned = isSignedByItself(certificate)
  const kind: Step = {
    outcome: 'info',
    text: isSelfSigned
      ? `it is self-signed: its signature is by its own key; here selfSigned is ${domain.clientCertificates.selfSigned}`
      : 'it is not signed by its own key: a path to a trust anchor is wanted',
    path: [],
    revocation: [],
  }
  const trace = decision.trace.map(
    ({ step, path, reason, detail, evidence }): Step => ({
      outcome: reason !== null ? 'failed' : isUnanswered(step, evidence) ? 'info' : 'passed',
      text: detail,
      path: step === 'revocation' ? [] : path.map(({ subject }) => subject),
      revocation: evidence.map((one) => describeEvidence(one, domain, at)),
    }),
  )
  const lists = describeLists(policy, certificate, isSelfSigned)
  return [kind, describeRegistration(input, certificate.thumbprint), ...lists, ...trace]
}

/** A status that nobody knows passes in mode `prefer`; that it was good can't be said of it. */
const isUnanswered = (step: string, evidence: readonly RevocationEvidence[]): boolean =>
  step === 'revocation' &&
  !evidence.some(({ problem, says }) => problem === null && says !== 'unknown')

function describeRegistration(
  { domain, policy, registry }: ExplanationInput,
  thumbprint: string,
): Step {
  const say = (outcome: Step['outcome'], text: string): Step => ({
    outcome,
    text,
    path: [],
    revocation: [],
  })
  if (registry === null) return say('info', 'no registry is configured')
  const state = registry.stateOf(domain.customDomain, thumbprint)
  if (state !== null)
    return say(state === 'active' ? 'passed' : 'failed', `in the registry it is ${state}`)
  const isWanted =
    policy.selfSigned === 'registered' || policy.caSigned?.requireRegistration === true
  return say(isWanted ? 'info' : 'passed', 'the registry does not know it')
}
