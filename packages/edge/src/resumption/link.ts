import type { PresentedChain } from '@mtls-edge/cert-verifier'
import type { SessionSecrets } from '../front/index.js'

/** By host name; a host that resumes nothing is not there. */
export type SecretsByHost = ReadonlyMap<string, SessionSecrets>

/**
 * How a process that takes connections reaches the one that keeps the session secrets: the primary, or itself where there is
 * no other. None of these throws.
 */
export interface ResumptionLink {
  /** Tells what came beside a leaf in a full handshake. */
  remember(host: string, thumbprint: string, chain: PresentedChain): void
  /** Asks what is known of a leaf, of all processes; `null`: nothing, or no answer in time. */
  recall(host: string, thumbprint: string): Promise<PresentedChain | null>
  /** Asks for new secrets, since there are sessions that nobody can judge. */
  reportUnknown(host: string): void
}
