import { CertificateChainValidationEngine, Certificate as PkiCertificate } from 'pkijs'

/** The same question to PKI.js's chain engine: does this leaf chain to the root, now? Bytes in, as for our own. */
export async function verifyWithPkijs(
  leaf: Uint8Array,
  intermediates: readonly Uint8Array[],
  root: Uint8Array,
): Promise<boolean> {
  const read = (der: Uint8Array) => PkiCertificate.fromBER(Uint8Array.from(der))
  const engine = new CertificateChainValidationEngine({
    trustedCerts: [read(root)],
    certs: [...intermediates.map(read), read(leaf)],
    checkDate: new Date(),
  })
  const { result } = await engine.verify()
  return result
}
