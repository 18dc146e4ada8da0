import type { EdgeConfiguration } from '../configuration/types.js'
import { type HostDescription, hostsOf } from '../domain/host-role.js'
import type { Check } from './check.js'
import { CHECKS } from './checks/index.js'
import { type Finding, type Outcome, unknown } from './finding.js'
import { readServedCertificate, type ServedCertificate } from './served-certificates.js'
import { type DomainSubject, type EdgeSubject, type HostSubject, serverKeysOf } from './subject.js'

/** One line of the result. */
export interface CheckResult extends Finding {
  /** The check's stable name. */
  readonly id: string
  readonly title: string
  /** The custom domain; null for what holds for the address. */
  readonly domain: string | null
  /** Null for what holds for the address or for the whole domain. */
  readonly host: string | null
}

export interface SelftestReport {
  /** No check failed; warnings and what is unknown don't count. */
  readonly ok: boolean
  readonly counts: Readonly<Record<Outcome, number>>
  readonly results: readonly CheckResult[]
}

/**
 * Runs every check against a started edge, one after the other: the address first, then each domain with its hosts.
 * Each check is bounded in time, and one that breaks counts as unknown. Nothing is sent that changes anything.
 */
export async function runChecks(
  configuration: EdgeConfiguration,
  edge: EdgeSubject,
): Promise<SelftestReport> {
  const results: CheckResult[] = []
  const note = async (check: Check, where: Where, run: () => Promise<Finding>): Promise<void> => {
    const { id, title } = check
    results.push({ id, title, ...where, ...(await runSafely(run)) })
  }
  for (const check of CHECKS) {
    if (check.scope === 'edge') await note(check, NOWHERE, () => check.run(edge))
  }
  for (const domain of configuration.domains) {
    const subject: DomainSubject = { ...edge, domain }
    const where = { domain: domain.customDomain, host: null }
    for (const host of hostsOf(domain)) {
      const hostSubject = describeHost(subject, host)
      for (const check of CHECKS) {
        if (check.scope !== 'host' || check.roles?.includes(host.role) === false) continue
        await note(check, { ...where, host: host.name }, () => check.run(hostSubject))
      }
    }
    for (const check of CHECKS) {
      if (check.scope === 'domain') await note(check, where, () => check.run(subject))
    }
  }
  const counts = countOutcomes(results)
  return { ok: counts.fail === 0, counts, results }
}

type Where = Pick<CheckResult, 'domain' | 'host'>

const NOWHERE: Where = { domain: null, host: null }

async function runSafely(run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run()
  } catch (error) {
    return unknown(`the check broke: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}

function describeHost(subject: DomainSubject, host: HostDescription): HostSubject {
  let served: Promise<readonly ServedCertificate[]> | null = null
  return {
    ...subject,
    host,
    served() {
      served ??= Promise.all(
        serverKeysOf(subject.domain).map((key) => readServedCertificate(subject, host.name, key)),
      )
      return served
    },
  }
}

function countOutcomes(results: readonly CheckResult[]): SelftestReport['counts'] {
  const count = (outcome: Outcome): number =>
    results.filter((result) => result.outcome === outcome).length
  return {
    pass: count('pass'),
    warn: count('warn'),
    fail: count('fail'),
    unknown: count('unknown'),
  }
}
