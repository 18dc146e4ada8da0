import type { ReadContext } from '../context.js'
import type { Place } from '../place.js'
import type { RawClientCertificates } from '../schema.js'
import type { AllowRules, ClientCertificateConfiguration } from '../types.js'
import { readAllowRules, readDenyRules } from '../values/name-lists.js'
import { readCaSigned } from './ca-signed.js'

/** Reads which client certificates are accepted. */
export function readClientCertificates(
  raw: RawClientCertificates,
  place: Place,
  context: ReadContext,
): ClientCertificateConfiguration | null {
  const caSignedPlace = place.at('caSigned')
  const selfSignedPlace = place.at('selfSigned')
  const isCaSignedWanted = raw.caSigned !== undefined || caSignedPlace.isSpoilt
  const caSigned =
    raw.caSigned === undefined ? null : readCaSigned(raw.caSigned, caSignedPlace, context)
  const selfSigned = raw.selfSigned ?? 'reject'
  if (selfSigned === 'registered' && !context.hasRegistry) {
    selfSignedPlace.error(
      'is registered, and there is no registry to look in',
      'add `registry: sqlite:registry.db`, or write reject or forward',
    )
  }
  if (!isCaSignedWanted && selfSigned === 'reject' && !selfSignedPlace.isSpoilt) {
    place.error(
      'accepts no certificate at all: `caSigned` is missing and `selfSigned` is reject',
      'add `caSigned` with its trust anchors, or write `selfSigned: registered` or `forward`',
    )
  }
  const allow = readAllowRules(raw.allow, place.at('allow'), context.files)
  const deny = readDenyRules(raw.deny, place.at('deny'), context.files)
  if (isCaSignedWanted && selfSigned !== 'reject') {
    selfSignedPlace.warning(
      'is accepted beside CA-signed certificates: the handshake names the CAs, and clients that obey the list (Java) then withhold a self-signed certificate',
      'have such clients send their certificate regardless, or give them a domain of their own without `caSigned`',
    )
  }
  warnOfAllowance(allow, isCaSignedWanted, selfSigned !== 'reject', place.at('allow'))
  if (isCaSignedWanted && caSigned === null) return null
  return { caSigned, selfSigned, allow, deny }
}

/** Names let in only what a CA vouches for: a self-signed certificate chooses its own. */
function warnOfAllowance(
  allow: AllowRules,
  isCaSignedWanted: boolean,
  isSelfSignedWanted: boolean,
  place: Place,
): void {
  const hasNames =
    allow.subjects.length + allow.issuers.length + allow.subjectAlternativeNames.length > 0
  if (!hasNames || place.isSpoilt) return
  if (isSelfSignedWanted && allow.thumbprints.length === 0) {
    place.warning(
      'names subjects, issuers or alternative names, and no thumbprint: every self-signed certificate is refused',
      'add the thumbprints of the self-signed certificates to `allow.thumbprints`',
    )
  } else if (!isCaSignedWanted) {
    place.warning(
      'names subjects, issuers or alternative names, which let in CA-signed certificates alone, and those are refused',
      'remove them, or add `caSigned`',
    )
  }
}
