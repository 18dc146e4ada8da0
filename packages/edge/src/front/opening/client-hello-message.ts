import { normalizeServerName } from '../server-name.js'
import { ALERT, type AlertDescription } from './alert.js'
import { ByteCursor, TruncatedError } from './byte-cursor.js'

/** What the front needs to know of a ClientHello. */
export interface ClientHello {
  /** The normalised name of the SNI, or null when there is none that is a host name. */
  readonly serverName: string | null
  /** Whether the extension was there at all: tells a client without SNI from one with an IP literal or a bad name. */
  readonly hasServerName: boolean
  /** Whether TLS 1.2 or 1.3 is among what the client can speak. */
  readonly offersTls12: boolean
}

/** Why a ClientHello is refused: the alert to send. */
export interface MalformedHello {
  readonly alert: AlertDescription
}

const EXTENSION_SERVER_NAME = 0
const EXTENSION_SUPPORTED_VERSIONS = 43
const NAME_TYPE_HOST_NAME = 0
const TLS_1_2 = 0x0303
const TLS_1_3 = 0x0304
const RANDOM_LENGTH = 32
const MAX_SESSION_ID_LENGTH = 32

/** A structure that breaks a MUST; carries the alert that the RFC names for it. */
class HelloError extends Error {
  override readonly name = 'HelloError'
  readonly alert: AlertDescription

  constructor(message: string, alert: AlertDescription = ALERT.decodeError) {
    super(message)
    this.alert = alert
  }
}

/**
 * Reads the body of a ClientHello (what follows the four bytes of the handshake header).
 *
 * Strict on structure: every vector ends where the one around it ends, no extension comes twice, the SNI holds exactly
 * one host name. What the fields mean beyond the name and the versions is OpenSSL's to judge, which gets the same bytes
 * afterwards. GREASE values and unknown extensions pass.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2
 */
export function parseClientHello(body: Buffer): ClientHello | MalformedHello {
  try {
    return readClientHelloBody(new ByteCursor(body))
  } catch (error) {
    if (error instanceof HelloError) return { alert: error.alert }
    if (error instanceof TruncatedError) return { alert: ALERT.decodeError }
    throw error
  }
}

function readClientHelloBody(body: ByteCursor): ClientHello {
  const legacyVersion = body.uint16()
  body.skip(RANDOM_LENGTH)
  requireThat(body.vector8().length <= MAX_SESSION_ID_LENGTH, 'session id too long')
  const suites = body.vector16().length
  requireThat(suites >= 2 && suites % 2 === 0, 'odd cipher suites')
  requireThat(body.vector8().length >= 1, 'no compression method')

  // A hello of TLS 1.2 may end here, without extensions (RFC 5246 section 7.4.1.2).
  const { serverName, versions } =
    body.remaining === 0 ? NO_EXTENSIONS : readExtensions(body.vector16())
  requireThat(body.remaining === 0, 'bytes after the extensions')

  return {
    serverName: serverName === undefined ? null : readServerName(serverName),
    hasServerName: serverName !== undefined,
    offersTls12:
      versions === undefined
        ? legacyVersion >= TLS_1_2
        : readVersions(versions).some((version) => version === TLS_1_2 || version === TLS_1_3),
  }
}

/** The extensions that count here; undefined where the hello has none of the kind. */
interface Extensions {
  readonly serverName: Buffer | undefined
  readonly versions: Buffer | undefined
}

const NO_EXTENSIONS: Extensions = { serverName: undefined, versions: undefined }

function readExtensions(bytes: Buffer): Extensions {
  const seen = new Set<number>()
  let serverName: Buffer | undefined
  let versions: Buffer | undefined
  const cursor = new ByteCursor(bytes)
  while (cursor.remaining > 0) {
    const type = cursor.uint16()
    if (type === EXTENSION_SERVER_NAME) serverName = cursor.vector16()
    else if (type === EXTENSION_SUPPORTED_VERSIONS) versions = cursor.vector16()
    else cursor.skip(cursor.uint16())
    // RFC 8446 section 4.2: MUST NOT be more than one of a type. With two names, two readers could see two hosts.
    if (seen.has(type)) throw new HelloError('extension twice', ALERT.illegalParameter)
    seen.add(type)
  }
  return { serverName, versions }
}

/** RFC 6066 section 3: a list, of which only one entry of type host_name is defined. OpenSSL takes no other either. */
function readServerName(extension: Buffer): string | null {
  const outer = new ByteCursor(extension)
  const list = new ByteCursor(outer.vector16())
  requireThat(outer.remaining === 0, 'bytes after the server name list')
  requireThat(list.uint8() === NAME_TYPE_HOST_NAME, 'unknown name type')
  const name = list.vector16()
  requireThat(name.length > 0, 'empty server name')
  requireThat(list.remaining === 0, 'more than one server name')
  return normalizeServerName(name.toString('latin1'))
}

function readVersions(extension: Buffer): readonly number[] {
  const outer = new ByteCursor(extension)
  const list = outer.vector8()
  requireThat(outer.remaining === 0, 'bytes after the versions')
  requireThat(list.length >= 2 && list.length % 2 === 0, 'odd versions')
  const cursor = new ByteCursor(list)
  const versions: number[] = []
  while (cursor.remaining > 0) versions.push(cursor.uint16())
  return versions
}

function requireThat(holds: boolean, message: string): void {
  if (!holds) throw new HelloError(message)
}
