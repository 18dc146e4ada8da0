export type { Environment } from './environment.js'
export {
  checkLargeListsAhead,
  LARGE_LIST,
  readLargeListsAhead,
  shortenListFile,
} from './files/large-lists.js'
export { type LoadOptions, loadConfiguration } from './load.js'
export { ConfigurationError, describeProblem, type Problem } from './problem.js'
export { Secret } from './secret.js'
export type {
  Address,
  AdminConfiguration,
  AllowRules,
  AlternativeNameRule,
  Auth0Configuration,
  CaSignedConfiguration,
  ClientCertificateConfiguration,
  ClientIpHeader,
  DenyRules,
  DomainConfiguration,
  EdgeConfiguration,
  EndpointConfiguration,
  LimitsConfiguration,
  ListenConfiguration,
  NameRule,
  RateLimitConfiguration,
  RegistryConfiguration,
  RevocationConfiguration,
  RevocationList,
  SerialRule,
  ServerCertificate,
  TlsProfile,
} from './types.js'
