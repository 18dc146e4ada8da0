import { constants, randomBytes } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'

/** What a host's session tickets are sealed with. Whoever has it reads and makes sessions of that host. */
export interface SessionSecrets {
  /** 48 bytes, as Node's `ticketKeys` wants them: a name, a key for HMAC-SHA256 and one for AES-128. */
  readonly ticketKeys: Uint8Array
  /** A session of another context does not resume, whatever it is sealed with. At most 32 characters. */
  readonly sessionIdContext: string
}

const { SSL_OP_NO_TICKET: NO_TICKET } = constants
const TICKET_KEYS_LENGTH = 48
/** OpenSSL takes at most 32 bytes; 16 random ones in hexadecimal. */
const SESSION_ID_CONTEXT_BYTES = 16

/**
 * How long a session may be resumed after its full handshake, in seconds. A resumption does not prolong it: OpenSSL hands
 * out no new ticket for one that Node's keys open.
 */
const SESSION_LIFETIME = 3600

/** Of its own for each host and each change: Node's default context is one for all servers (CVE-2025-23419). */
export function createSessionSecrets(): SessionSecrets {
  return {
    ticketKeys: randomBytes(TICKET_KEYS_LENGTH),
    sessionIdContext: randomBytes(SESSION_ID_CONTEXT_BYTES).toString('hex'),
  }
}

/**
 * The part of a secure context that decides which sessions resume: those sealed with these secrets, or none at all.
 *
 * @param secrets `null`: no ticket is handed out in TLS 1.2; those of TLS 1.3 hold nothing but a number that no cache knows.
 * And were one made elsewhere, its keys would be unknown here.
 * @param secureOptions the profile's
 */
export function describeSessions(
  secrets: SessionSecrets | null,
  secureOptions: number | undefined = 0,
): SecureContextOptions {
  const { ticketKeys, sessionIdContext } = secrets ?? createSessionSecrets()
  return {
    ticketKeys: Buffer.from(ticketKeys),
    sessionIdContext,
    sessionTimeout: SESSION_LIFETIME,
    secureOptions: secrets === null ? secureOptions | NO_TICKET : secureOptions & ~NO_TICKET,
  }
}
