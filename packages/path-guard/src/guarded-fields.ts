/**
 * What the rules need to know of the header section, found in one walk.
 */
export interface GuardedFields {
  /** How many fields there are. */
  readonly count: number
  /** Whether a name ends in white space, as only a lenient parser lets it. */
  readonly hasSpaceAfterName: boolean
  readonly host: string | null
  readonly hostCount: number
  /** HTTP/2's `:authority`; null over HTTP/1, where no field can have such a name. */
  readonly authority: string | null
  /** HTTP/2's `:scheme`. */
  readonly scheme: string | null
  readonly transferEncoding: string | null
  readonly transferEncodingCount: number
  readonly contentLength: string | null
  readonly contentLengthCount: number
  /**
   * `Transfer_Encoding`, `Content.Length`: no framing to us, but to a reader that folds such names
   * it is.
   */
  readonly hasFoldedFraming: boolean
  readonly hasUpgrade: boolean
  readonly hasMethodOverride: boolean
  readonly expect: string | null
  readonly expectCount: number
}

const HYPHEN = 0x2d
const UNDERSCORE = 0x5f
const DOT = 0x2e
const SPACE = 0x20
const CASE_BIT = 0x20

/**
 * Reads the fields that the rules look at. The parsed `headers` object won't do: it keeps the first
 * of two Hosts and joins or drops others.
 *
 * @param rawHeaders names and values in turn, as `IncomingMessage.rawHeaders` has them
 */
export function readGuardedFields(rawHeaders: readonly string[]): GuardedFields {
  const fields: Mutable<GuardedFields> = {
    count: rawHeaders.length / 2,
    hasSpaceAfterName: false,
    host: null,
    hostCount: 0,
    authority: null,
    scheme: null,
    transferEncoding: null,
    transferEncodingCount: 0,
    contentLength: null,
    contentLengthCount: 0,
    hasFoldedFraming: false,
    hasUpgrade: false,
    hasMethodOverride: false,
    expect: null,
    expectCount: 0,
  }
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    readField(fields, rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
  }
  return fields
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

// The length of a name rules out nearly every field before a single character is compared.
function readField(fields: Mutable<GuardedFields>, name: string, value: string): void {
  if (name.charCodeAt(name.length - 1) <= SPACE) fields.hasSpaceAfterName = true
  switch (name.length) {
    case 4:
      if (isSpelling(name, 'host')) {
        fields.host = value
        fields.hostCount++
      }
      return
    case 6:
      if (isSpelling(name, 'expect')) {
        fields.expect = value
        fields.expectCount++
      }
      return
    case 7:
      if (isSpelling(name, 'upgrade')) fields.hasUpgrade = true
      else if (name === ':scheme') fields.scheme = value
      return
    case 10:
      if (name === ':authority') fields.authority = value
      return
    case 13:
      if (isSpelling(name, 'x-http-method')) fields.hasMethodOverride = true
      return
    case 14:
      if (isSpelling(name, 'content-length')) {
        fields.contentLength = value
        fields.contentLengthCount++
        if (!name.includes('-')) fields.hasFoldedFraming = true
      }
      return
    case 17:
      if (isSpelling(name, 'transfer-encoding')) {
        fields.transferEncoding = value
        fields.transferEncodingCount++
        if (!name.includes('-')) fields.hasFoldedFraming = true
      } else if (isSpelling(name, 'x-method-override')) {
        fields.hasMethodOverride = true
      }
      return
    case 22:
      if (isSpelling(name, 'x-http-method-override')) fields.hasMethodOverride = true
      return
  }
}

/**
 * Whether a field's name is this one in any spelling that some reader takes for it: without case,
 * and with `_` or `.` for `-`, as CGI and its many heirs fold names.
 */
function isSpelling(name: string, canonical: string): boolean {
  for (let index = 0; index < canonical.length; index++) {
    const expected = canonical.charCodeAt(index)
    const actual = name.charCodeAt(index)
    if (actual === expected) continue
    if (expected === HYPHEN) {
      if (actual !== UNDERSCORE && actual !== DOT) return false
    } else if ((actual | CASE_BIT) !== expected) {
      return false
    }
  }
  return true
}
