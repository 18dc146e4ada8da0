import type { Passage } from './endpoint-table.js'
import { type GuardedFields, readGuardedFields } from './guarded-fields.js'
import type { Policy } from './options.js'
import { type Refusal, refuse } from './refusal.js'
import { checkConnectionHost } from './rules/connection-host.js'
import { checkContentLength } from './rules/content-length.js'
import { checkExpectation } from './rules/expectation.js'
import { checkHeaderSection } from './rules/header-section.js'
import { checkHostFields, readHostName } from './rules/host.js'
import { checkHttpVersion } from './rules/http-version.js'
import { isLookAlike } from './rules/look-alike.js'
import { checkMethod } from './rules/method.js'
import { checkMethodOverride } from './rules/method-override.js'
import { checkPathBytes, checkRequestTarget, readPath } from './rules/request-target.js'
import { checkScheme } from './rules/scheme.js'
import { checkTransferEncoding } from './rules/transfer-encoding.js'
import { checkUpgrade } from './rules/upgrade.js'

/** A request as it came off the wire, and what the connection says of itself. */
export interface GuardedRequest {
  readonly method: string
  readonly target: string
  /** As `IncomingMessage.httpVersion`. */
  readonly httpVersion: string
  /** Whether it is a stream of a real HTTP/2 session. */
  readonly isHttp2: boolean
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[]
  /** The connection's SNI; null: encrypted, but without one; undefined: not encrypted. */
  readonly serverName: string | null | undefined
}

/** What becomes of a request. */
export type Verdict = Passage | Refusal

const passesAnyPath: Passage = Object.freeze({ refused: false, endpoint: null })
const unknownPath = refuse('path_not_allowed', 'the path is not in the table')
const lookAlike = refuse('path_not_allowed', 'the path only looks like one of the table')

/**
 * Decides on a request: first whether all readers see the same one, then whether it is ours, then
 * whether it is allowed. So a 404 or 405 is only ever said of a request that is well formed and has
 * come to the right host.
 */
export function decide(request: GuardedRequest, policy: Policy): Verdict {
  const fields = readGuardedFields(request.rawHeaders)
  return (
    checkHttpVersion(request.httpVersion, request.isHttp2) ??
    checkScheme(fields, request.serverName !== undefined) ??
    checkHeaderSection(fields) ??
    checkTransferEncoding(fields, request.httpVersion === '1.1') ??
    checkContentLength(fields) ??
    checkUpgrade(fields) ??
    checkMethodOverride(fields) ??
    checkExpectation(fields) ??
    checkMethod(request.method) ??
    checkRequestTarget(request.target) ??
    checkHost(fields, request, policy) ??
    decidePath(readPath(request.target), request.method, policy)
  )
}

function checkHost(fields: GuardedFields, request: GuardedRequest, policy: Policy): Refusal | null {
  const host = checkHostFields(fields)
  if (typeof host !== 'string') return host
  const name = policy.hosts.has(host) ? host : readHostName(host)
  if (typeof name !== 'string') return name
  return checkConnectionHost(name, policy.hosts, request.serverName)
}

function decidePath(path: string, method: string, policy: Policy): Verdict {
  const entry = policy.endpoints?.byPath.get(path)
  if (entry !== undefined) return entry.methods.includes(method) ? entry.passage : entry.wrongMethod
  const badBytes = checkPathBytes(path)
  if (badBytes !== null) return badBytes
  if (!policy.passesOtherPaths) return unknownPath
  if (policy.endpoints !== null && isLookAlike(path, policy.endpoints.foldedPaths)) return lookAlike
  return passesAnyPath
}
