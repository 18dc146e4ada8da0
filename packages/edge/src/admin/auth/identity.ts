import { InvalidRequestError } from '../errors.js'

/** Whoever makes a request, as far as that is known: the token is one, so a name is what its holder says. */
export interface Identity {
  readonly by: 'token' | 'session'
  readonly actor: string | null
  /** When the session ends; `null` for a token. */
  readonly expiresAt: Date | null
}

const MAX_NAME = 150
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** Reads a name that somebody goes by; `null` where there is none. @throws FST_EDGE_ADMIN_INVALID_REQUEST */
export function readActorName(text: string | null | undefined): string | null {
  const name = text?.trim() ?? ''
  if (name.length > MAX_NAME || FORBIDDEN.test(name)) {
    throw new InvalidRequestError(
      `the actor's name has ${MAX_NAME} characters at the most, and no control characters`,
    )
  }
  return name === '' ? null : name
}

/** Reads the name in a header, where it is percent-encoded. @throws FST_EDGE_ADMIN_INVALID_REQUEST */
export function readActorHeader(value: string | readonly string[] | undefined): string | null {
  if (value === undefined) return null
  try {
    return readActorName(decodeURIComponent(String(value)))
  } catch (error) {
    if (!(error instanceof URIError)) throw error
    throw new InvalidRequestError('X-Mtls-Edge-Actor is not percent-encoded')
  }
}

/** The name for the audit trail: it shows by which way a change came, whatever its author says. */
export function describeActor({ by, actor }: Identity): string {
  const way = by === 'session' ? 'admin page' : 'admin-api'
  return actor === null ? way : `${actor} via ${way}`
}
