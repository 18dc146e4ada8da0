export type { CertificateFacts } from './certificate-facts.js'
export { explain } from './explain.js'
export type { Explanation, Step } from './explanation.js'
export type { RevocationFacts } from './revocation-facts.js'
