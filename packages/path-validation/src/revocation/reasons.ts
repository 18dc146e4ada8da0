import type { RevocationReason } from '../certificate/extensions.js'

/** Every reason that a list may be limited to. A status is known when lists for all of them were seen. */
export const ALL_REASONS: readonly RevocationReason[] = [
  'keyCompromise',
  'caCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aaCompromise',
]

/** Those of both lists, where `null` means all. */
export function commonReasons(
  one: readonly RevocationReason[] | null,
  other: readonly RevocationReason[] | null,
): readonly RevocationReason[] {
  return ALL_REASONS.filter(
    (reason) => (one?.includes(reason) ?? true) && (other?.includes(reason) ?? true),
  )
}
