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
export type { Registry, RegistryLogger, RegistryOptions, RegistryStatus } from './registry.js'
export type {
  AuditQuery,
  ChangeResult,
  EntryReference,
  ImportedRegistration,
  ImportResult,
  ListQuery,
  NewRegistration,
  Page,
  RegistryStore,
} from './store.js'
export type { ChangedEntry, RegistryChange, RegistryView } from './view/view.js'
