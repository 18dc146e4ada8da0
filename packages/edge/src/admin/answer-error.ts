import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

/** An error as the API tells it. */
export interface ProblemAnswer {
  readonly code: string
  /** A sentence for people. It quotes nothing of what was sent: a private key may be in it. */
  readonly message: string
  /** How to mend it. */
  readonly mend?: string
  /** Of an entry that stands in the way: the state that it is in. */
  readonly state?: string
}

const PREFIXES = ['FST_EDGE_ADMIN_', 'FST_CERT_REGISTRY_']

/** Codes that are said in other words here. */
const CODES: Readonly<Record<string, string>> = {
  invalid_input: 'invalid_request',
  unavailable: 'registry_unavailable',
  unusable_store: 'registry_unavailable',
}

const MENDS: Readonly<Record<string, string>> = {
  unauthorized: 'send the token of `admin.token` or `admin.tokenFile`',
  cross_site: "send X-Mtls-Edge-Csrf: 1, from the listener's own page",
  unknown_host: 'add the host to `admin.allowedHosts`',
  too_many_attempts: 'send the token of `admin.token` or `admin.tokenFile`',
  not_found: 'see what there is with the list, or add it',
  method_not_allowed: 'Allow says which',
  refusal_kept: 'repeat it with evenIfRefused=true where that is meant',
  already_registered: 'activate it to let it in',
  no_registry: 'add `registry: sqlite:registry.db` to it, and start the edge anew',
  registry_unavailable: 'see /api/v1/health; try again when the registry is back',
}

/** What Fastify itself refuses, by status. */
const BY_STATUS: Readonly<Record<number, ProblemAnswer>> = {
  404: { code: 'not_found', message: 'there is nothing at this path' },
  405: { code: 'method_not_allowed', message: 'the path takes other methods' },
  413: { code: 'too_large', message: 'the body is too large' },
  415: { code: 'unsupported_media_type', message: 'the body is of a type that is not taken here' },
}

const UNEXPECTED: ProblemAnswer = { code: 'internal', message: 'the request could not be served' }
const UNREADABLE: ProblemAnswer = { code: 'invalid_request', message: 'the request is malformed' }

/** Carries the state of the entry that stands in the way to the answer. */
export type WithState = Error & { readonly entryState?: string }

/** Turns any failure into the API's answer; what nobody expected says nothing to the client, and all to the log. */
export function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const status = error.statusCode ?? 500
  const answer = describeError(error, status)
  if (status >= 500) request.log.error({ event: 'admin_failure', err: error }, answer.message)
  reply.code(status >= 400 ? status : 500).send(answer)
}

function describeError(
  error: FastifyError & { readonly entryState?: string },
  status: number,
): ProblemAnswer {
  const { validation, validationContext = 'body' } = error
  if (validation !== undefined) {
    const [first] = validation
    const path = `${validationContext}${first?.instancePath ?? ''}`
    return { code: 'invalid_request', message: `${path} ${first?.message ?? 'is not valid'}` }
  }
  const prefix = PREFIXES.find((candidate) => error.code?.startsWith(candidate))
  if (prefix !== undefined && (status < 500 || status === 503)) {
    const suffix = error.code.slice(prefix.length).toLowerCase()
    const code = CODES[suffix] ?? suffix
    const mend = MENDS[code]
    const { message, entryState: state } = error
    return {
      code,
      message,
      ...(mend === undefined ? {} : { mend }),
      ...(state === undefined ? {} : { state }),
    }
  }
  if (status >= 500) return UNEXPECTED
  return BY_STATUS[status] ?? UNREADABLE
}
