/** Why a session was ended, with an error. A closed list: the log carries these words. */
export type SessionRefusal =
  /** Too much came that belongs to no request: control frames, refused header sections, empty or padded frames. */
  | 'http2_flood'
  /** Too many requests were ended before their answer, by the client's resets or for its errors. */
  | 'http2_resets'
  /** The client did not acknowledge the limits that it was told. */
  | 'http2_settings_timeout'
  /** Node's own engine ended it: frames that break the protocol, or one of its limits. */
  | 'http2_protocol_error'

/** What the owner of a host's server is told of it. */
export interface SessionRefused {
  readonly reason: SessionRefusal
  readonly remoteAddress: string | null
  /** Of the engine, where it was the one who ended it. */
  readonly cause: Error | null
}
