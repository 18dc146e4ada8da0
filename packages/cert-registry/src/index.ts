export { parseThumbprint } from '@mtls-edge/path-validation'
export {
  AlreadyRegisteredError,
  InvalidInputError,
  InvalidLocationError,
  NotFoundError,
  PrivateKeyError,
  ReadOnlyError,
  RefusalKeptError,
  RegistryUnavailableError,
  RevokedError,
  UnusableStoreError,
} from './errors.js'
export { describeLocation } from './location.js'
export { openRegistry, openRegistryStore } from './open.js'
export { normalizeDomain } from './records/domain.js'
export { readRegistrationLine, writeRegistrationLine } from './records/json-line.js'
export { readCertificates, refusePrivateKeys } from './records/read-certificates.js'
export type {
  AuditEntry,
  CertificateFacts,
  Registration,
  RegistrationKey,
  RegistrationLabels,
  RegistryAction,
} from './records/registration.js'
export {
  isRegistrationState,
  REGISTRATION_STATES,
  type RegistrationState,
} from './records/state.js'
export type {
  Registry,
  RegistryLogger,
  RegistryOptions,
  RegistryStatus,
  StoreOptions,
} from './registry.js'
export { describeCause } from './sql/unavailable.js'
export type {
  AuditQuery,
  ChangeResult,
  CountQuery,
  EndCount,
  EntryFilter,
  EntryReference,
  ImportedRegistration,
  ImportResult,
  ListQuery,
  NewRegistration,
  Page,
  RegistryStore,
} from './store.js'
export type { ChangedEntry, RegistryChange, RegistryView } from './view/view.js'
