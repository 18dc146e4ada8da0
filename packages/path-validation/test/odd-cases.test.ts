/**
 * The table of odd certificates and chains beyond PKITS (`caseTable` of the testkit), each decided as whoever verifies a client's
 * certificate does: what can't be read is refused, what is signed by its own key goes by the rules for that, the rest wants a path.
 */
import {
  CertificateError,
  checkSelfSigned,
  isSignedByItself,
  readCertificate,
  validatePath,
} from '@mtls-edge/path-validation'
import { caseTable, type OddCase } from '@mtls-edge/testkit'
import t from 'tap'
import { readPool } from './read-pool.ts'

const table = caseTable()

/** The reason for which a case is refused; `null` where it is accepted. */
function decide({ der, chain, trustAnchors, at }: OddCase): string | null {
  try {
    const leaf = readCertificate(der)
    const anchors = trustAnchors.map((anchor) => readCertificate(anchor))
    const shared = { leaf, at, trustAnchors: anchors, intermediates: [] }
    const verdict = isSignedByItself(leaf)
      ? checkSelfSigned(shared)
      : validatePath({ ...shared, pool: readPool(chain), purpose: 'clientAuth' })
    return verdict.valid ? null : verdict.reason
  } catch (error) {
    if (error instanceof CertificateError) return error.reason
    throw error
  }
}

t.test(`each of ${table.length} odd cases is decided as the table says`, async (t) => {
  for (const odd of table) {
    const reason = decide(odd)
    if (odd.verdict === 'accepted') t.equal(reason, null, odd.name)
    else if (odd.verdict === 'refused' || reason !== null)
      t.ok(odd.reasons.includes(String(reason)), `${odd.name}: ${reason}, not ${odd.reasons}`)
    else t.pass(`${odd.name}: accepted, which may be`)
  }
})
