import type {
  AuditEntry,
  CertificateFacts,
  Registration,
  RegistrationKey,
  RegistrationLabels,
} from './records/registration.js'
import type { RegistrationState } from './records/state.js'

/** A certificate to be registered. */
export interface NewRegistration extends Partial<RegistrationLabels> {
  readonly domain: string
  readonly certificate: CertificateFacts
  /** Default `active`. */
  readonly state?: 'active' | 'pending'
}

/** An entry to be changed; the certificate, where it is at hand, fills an entry that had none. */
export interface EntryReference extends RegistrationKey {
  readonly certificate?: CertificateFacts
}

/** One entry of an import. */
export interface ImportedRegistration extends RegistrationKey, Partial<RegistrationLabels> {
  readonly state: RegistrationState
  readonly certificate: CertificateFacts | null
}

/** What became of an entry. */
export interface ChangeResult {
  readonly outcome: 'added' | 'changed' | 'unchanged' | 'removed'
  readonly fromState: RegistrationState | null
  readonly toState: RegistrationState | null
}

/** How many entries of an import became what. */
export interface ImportResult {
  readonly added: number
  readonly changed: number
  readonly unchanged: number
}

/** Which entries; all where nothing is said. */
export interface EntryFilter {
  readonly domain?: string
  readonly state?: RegistrationState
}

/** Which entries are counted; all where nothing is said. */
export interface CountQuery extends EntryFilter {
  /** Only certificates whose validity ends before this. */
  readonly expiresBefore?: Date
  /** Only certificates whose validity ends at this time or later. */
  readonly expiresAfter?: Date
}

/** How many entries of one domain are in one state and have certificates that end on one day. */
export interface EndCount {
  readonly domain: string
  readonly state: RegistrationState
  /** The day's beginning in UTC; `null` for thumbprints whose certificate nobody knows. */
  readonly endsOn: Date | null
  readonly entries: number
}

/** Which entries, in pages. */
export interface ListQuery {
  readonly domain: string
  readonly state?: RegistrationState
  /** Only certificates whose validity ends before this; they then come in the order in which they expire. */
  readonly expiresBefore?: Date
  /** Together with `expiresBefore`: only those that end at this time or later. */
  readonly expiresAfter?: Date
  /**
   * Only entries with this text, of 200 characters at most, in subject, serial number, client name, owner or notes, or at the
   * beginning of the thumbprint's hex digits; ASCII letters without case. A page may then be short, or empty, although
   * `next` is not `null`: how much is looked through at once is bounded.
   */
  readonly search?: string
  /** `next` of the page before. */
  readonly after?: string
  /** Default 200, at most 1,000. */
  readonly limit?: number
  /** Whoever asked may go away: the page then rejects with the signal's reason, and nothing more is read for it. */
  readonly signal?: AbortSignal
}

/** A part of a longer answer. */
export interface Page<T> {
  readonly items: readonly T[]
  /** Hand it in as `after` for the next page; `null` at the end. */
  readonly next: string | null
}

/** Which part of the audit trail. */
export interface AuditQuery {
  readonly domain?: string
  readonly thumbprint?: string
  /** `next` of the page before, or the sequence of an entry: only later ones. */
  readonly after?: string
  /** Default 200, at most 1,000. */
  readonly limit?: number
}

/**
 * The registry as it is kept, whichever database keeps it.
 *
 * Every change is one transaction with its line in the audit trail; when it resolves, the view of the same registry
 * shows it. `actor` names who does it, in at most 200 characters. Everything rejects with `FST_CERT_REGISTRY_UNAVAILABLE` while the store is away.
 */
export interface RegistryStore {
  /**
   * Registers a certificate. Adding one that is there in the same state updates its labels.
   *
   * @throws FST_CERT_REGISTRY_ALREADY_REGISTERED when it is there in another state: adding never
   * brings a refused certificate back
   */
  add(registration: NewRegistration, actor: string): Promise<ChangeResult>
  /** Sets `revoked`, for a thumbprint that nobody knows too. */
  deny(entry: EntryReference, actor: string): Promise<ChangeResult>
  /**
   * Sets `suspended`.
   *
   * @throws FST_CERT_REGISTRY_NOT_FOUND, FST_CERT_REGISTRY_REVOKED (it is refused for good already)
   */
  suspend(entry: EntryReference, actor: string): Promise<ChangeResult>
  /**
   * Sets `active`, from any state.
   *
   * @throws FST_CERT_REGISTRY_NOT_FOUND
   */
  activate(entry: EntryReference, actor: string): Promise<ChangeResult>
  /**
   * Takes the entry away; its audit trail stays. An entry that refuses its certificate is kept unless
   * `evenIfRefused` is set, since an unknown certificate may be let in where registration is not required.
   *
   * @throws FST_CERT_REGISTRY_NOT_FOUND, FST_CERT_REGISTRY_REFUSAL_KEPT
   */
  remove(
    entry: RegistrationKey,
    actor: string,
    options?: { readonly evenIfRefused?: boolean },
  ): Promise<ChangeResult>
  show(entry: RegistrationKey): Promise<Registration | null>
  /** A page. Of pages with `search` two are looked for at once, and others wait for their turn. */
  list(query: ListQuery): Promise<Page<Registration>>
  /** How many entries there are. The database walks over them: some 50 ms a million. */
  count(query?: CountQuery): Promise<number>
  /** Counts all entries by state and by the day on which they end. It walks over them, and lets others have their turn. */
  countByEnd(): Promise<readonly EndCount[]>
  /** The names of all domains that have entries. */
  domains(): Promise<readonly string[]>
  /**
   * Writes many entries in one transaction: all of them or none. An entry that is there keeps the
   * stricter of the two states, so that an old export never brings a revoked certificate back.
   */
  importBatch(entries: readonly ImportedRegistration[], actor: string): Promise<ImportResult>
  /** All entries, page by page, of one domain or of all. */
  export(query?: EntryFilter): AsyncIterable<Registration>
  /** The audit trail, oldest first. */
  audit(query?: AuditQuery): Promise<Page<AuditEntry>>
  close(): Promise<void>
}
