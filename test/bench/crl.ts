/**
 * How loading a CRL grows from 10 thousand to one million entries: time, the longest step without a pause, memory, and what a
 * look-up takes. Bounds: no step over 20 ms, look-up under 2 us, less than 150 MB.
 *
 * Run: node --expose-gc test/bench/crl.ts
 */
import { setImmediate } from 'node:timers/promises'
import {
  checkCrlSignatureInSteps,
  readCertificate,
  readCrlInSteps,
} from '@mtls-edge/path-validation'
import { bulkSerialNumber, issueCertificate, issueCrl } from '@mtls-edge/testkit'
import { startWatch } from './turns.ts'

const LOOK_UPS = 200_000

/** Runs a generator to its end, giving the event loop its turn after each step. */
async function drive<T>(steps: Generator<undefined, T>): Promise<{ value: T; longest: number }> {
  let longest = 0
  for (;;) {
    const watch = startWatch()
    const { done, value } = steps.next()
    longest = Math.max(longest, watch())
    if (done === true) return { value, longest }
    await setImmediate()
  }
}

function usedMegabytes(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1e6
}

async function measure(entries: number): Promise<void> {
  const issuer = issueCertificate({ subject: 'CRL issuer', ca: true })
  const der = issueCrl({ issuer, bulk: entries }).der
  const before = usedMegabytes()
  const watch = startWatch()
  const { value: crl, longest } = await drive(readCrlInSteps(der))
  const took = watch()
  const index = usedMegabytes() - before
  const signer = readCertificate(issuer.der)
  const signature = await drive(checkCrlSignatureInSteps(crl, signer))
  if (!signature.value || crl.entries.size !== entries) throw new Error('the CRL was not read')
  const name = crl.issuer.normalized
  const serials = Array.from({ length: 1000 }, (_, i) =>
    bulkSerialNumber(Math.floor((i * entries) / 1000)).toString('hex'),
  )
  const lookUpWatch = startWatch()
  for (let i = 0; i < LOOK_UPS; i++) {
    if (crl.entries.find(name, serials[i % 1000] ?? '') === null) throw new Error('not found')
  }
  const lookUp = (lookUpWatch() * 1000) / LOOK_UPS
  console.log(
    `${String(entries).padStart(9)} entries: ${took.toFixed(0).padStart(5)} ms, longest step ` +
      `${longest.toFixed(1)} ms (signature ${signature.longest.toFixed(1)} ms), ` +
      `DER ${(der.length / 1e6).toFixed(1)} MB + index ${index.toFixed(1)} MB, look-up ${lookUp.toFixed(2)} us`,
  )
}

for (const entries of [10_000, 100_000, 300_000, 1_000_000]) await measure(entries)
