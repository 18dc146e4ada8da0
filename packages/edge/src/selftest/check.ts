import type { HostRole } from '../domain/host-role.js'
import type { Finding } from './finding.js'
import type { DomainSubject, EdgeSubject, HostSubject } from './subject.js'

/** Something that must hold, and how to see whether it does. */
export type Check = EdgeCheck | HostCheck | DomainCheck

interface Named {
  /** For programs: stable, lower case with hyphens. */
  readonly id: string
  /** What must hold, in a few words. */
  readonly title: string
}

/** Holds for the address, whatever the host. */
export interface EdgeCheck extends Named {
  readonly scope: 'edge'
  run(edge: EdgeSubject): Promise<Finding>
}

/** Holds for each host, or for those of some roles. */
export interface HostCheck extends Named {
  readonly scope: 'host'
  /** Default: all. */
  readonly roles?: readonly HostRole[]
  run(host: HostSubject): Promise<Finding>
}

/** Holds for each domain. */
export interface DomainCheck extends Named {
  readonly scope: 'domain'
  run(domain: DomainSubject): Promise<Finding>
}
