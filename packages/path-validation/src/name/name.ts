/** A distinguished name, as it stands in a certificate. Compare names by `normalized`, never by `text`. */
export interface Name {
  /** The DER of the name. */
  readonly der: Uint8Array
  /**
   * The name for people, as RFC 4514 writes it (last part first). Control and direction characters are escaped, so that
   * it can stand in a log line or on a terminal.
   */
  readonly text: string
  /** The comparison key by RFC 5280 section 7.1: equal names have equal keys whatever their case, spaces and string types. */
  readonly normalized: string
  /** The comparison keys of the relative names, first part first. A name begins with another one where these do. */
  readonly relativeNames: readonly string[]
  /** The e-mail addresses that stand in the name (the old attribute of PKCS #9). */
  readonly emailAddresses: readonly string[]
}

/** One of the forms a name takes in an extension. */
export type GeneralName =
  | { readonly type: 'dns' | 'email' | 'uri'; readonly value: string }
  /** `bytes` as they stand; `value` is the address as text, hex where the length is of neither version. */
  | { readonly type: 'ip'; readonly value: string; readonly bytes: Uint8Array }
  | { readonly type: 'directory'; readonly value: string; readonly name: Name }
  /** `value` is the object identifier. */
  | { readonly type: 'registeredId'; readonly value: string }
  /** `value` is the object identifier of the kind, `bytes` the whole element. */
  | { readonly type: 'other'; readonly value: string; readonly bytes: Uint8Array }
  /** Forms that nothing here interprets; `value` is hex. */
  | { readonly type: 'x400' | 'ediParty'; readonly value: string; readonly bytes: Uint8Array }
