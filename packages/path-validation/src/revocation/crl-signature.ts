import { constants, createVerify } from 'node:crypto'
import type { Certificate } from '../certificate/certificate.js'
import { publicKeyOf } from '../signature/public-key-object.js'
import { isSignedBy } from '../signature/verify-signature.js'
import type { Crl } from './crl.js'

/** Half a millisecond of hashing. */
const BYTES_PER_STEP = 500_000

const answers = new WeakMap<Crl, WeakMap<Certificate, boolean>>()

/** Whether a list is signed with this certificate's key; asked once for each pair. */
export function isCrlSignedBy(crl: Crl, signer: Certificate): boolean {
  const known = knownAnswer(crl, signer)
  return known ?? remember(crl, signer, isSignedBy(crl, signer))
}

/** The answer that was given before, `null` without one. */
export function knownAnswer(crl: Crl, signer: Certificate): boolean | null {
  return answers.get(crl)?.get(signer) ?? null
}

/**
 * Checks the signature of a list ahead of time, in steps of less than a millisecond: a list of 40 MB takes 30 ms to hash, for
 * which no connection should wait. The answer is remembered for {@link validatePath}; it says nothing of whether the signer
 * may sign lists.
 */
export function* checkCrlSignatureInSteps(
  crl: Crl,
  signer: Certificate,
): Generator<undefined, boolean> {
  const known = knownAnswer(crl, signer)
  if (known !== null) return known
  const { type, hash, saltLength } = crl.signatureAlgorithm
  const isOfKind = type === 'rsa' || type === 'rsa-pss' ? 'rsa' : type === 'ecdsa' ? 'ec' : null
  const key = publicKeyOf(signer)
  // Ed25519 can't be fed in parts, and what doesn't fit together is told by the other function.
  if (hash === null || isOfKind !== signer.publicKey.type || key === null) {
    return isCrlSignedBy(crl, signer)
  }
  const verifier = createVerify(hash)
  for (let at = 0; at < crl.toBeSigned.length; at += BYTES_PER_STEP) {
    verifier.update(crl.toBeSigned.subarray(at, at + BYTES_PER_STEP))
    yield
  }
  const padding = constants.RSA_PKCS1_PSS_PADDING
  try {
    const options = saltLength === null ? { key } : { key, padding, saltLength }
    return remember(crl, signer, verifier.verify(options, crl.signature))
  } catch {
    return remember(crl, signer, false)
  }
}

function remember(crl: Crl, signer: Certificate, answer: boolean): boolean {
  const ofCrl = answers.get(crl) ?? new WeakMap<Certificate, boolean>()
  answers.set(crl, ofCrl.set(signer, answer))
  return answer
}
