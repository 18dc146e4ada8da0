/**
 * How long a verdict on leaf + intermediate + root takes, from bytes, beside the least that any engine must do (the floor:
 * `new X509Certificate` of three and two signatures) and PKI.js's engine. The contenders take turns in batches of a millisecond
 * or so, and the figure of each is the lower quartile of its batches, so that a busy machine troubles all of them alike.
 *
 * Run: node test/bench/path-validation.ts [rounds, default 400]
 */
import { X509Certificate } from 'node:crypto'
import { readCertificate, validatePath } from '@mtls-edge/path-validation'
import { createPki, type KeyKind } from '@mtls-edge/testkit'
import { verifyWithPkijs } from '../../packages/path-validation/test/pkijs-engine.ts'

const ROUNDS = Number(process.argv[2] ?? 400)
const BATCH = 4
const WARM_UP = 100

type Contender = () => unknown

/** The lower quartile of the batches' means, in microseconds, for each contender. */
async function measure(contenders: ReadonlyMap<string, Contender>): Promise<Map<string, number>> {
  const means = new Map<string, number[]>([...contenders.keys()].map((name) => [name, []]))
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [name, run] of contenders) {
      // PKI.js takes a hundred times as long: it comes every tenth round.
      const times = name.startsWith('PKI.js') ? (round % 10 === 0 ? 1 : 0) : BATCH
      const start = performance.now()
      for (let i = 0; i < times; i++) await run()
      if (round >= 0 && times > 0)
        means.get(name)?.push(((performance.now() - start) * 1000) / times)
    }
  }
  return new Map([...means].map(([name, list]) => [name, lowerQuartile(list)]))
}

function lowerQuartile(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)] ?? Number.NaN
}

function contendersFor(key: KeyKind): ReadonlyMap<string, Contender> {
  const pki = createPki({ key })
  const issued = pki.client({ key })
  const [leaf, intermediate, root] = [issued.der, pki.intermediate.der, pki.root.der]
  const at = new Date()
  const known = { intermediate: readCertificate(intermediate), root: readCertificate(root) }
  const rootKey = new X509Certificate(root).publicKey
  const intermediateKey = new X509Certificate(intermediate).publicKey
  const decide = (pool: typeof known.root, anchor: typeof known.root) => {
    const input = { leaf: readCertificate(leaf), pool: [pool], intermediates: [], at }
    const verdict = validatePath({ ...input, trustAnchors: [anchor], purpose: 'clientAuth' })
    if (!verdict.valid) throw new Error(verdict.detail)
  }
  return new Map<string, Contender>([
    [
      'floor: 3 certificates, 2 signatures',
      () => {
        const [a, b, c] = [leaf, intermediate, root].map((der) => new X509Certificate(der))
        if (!a || !b || !c || !a.verify(b.publicKey) || !b.verify(c.publicKey)) throw new Error()
      },
    ],
    [
      'ours, nothing seen before',
      () => decide(readCertificate(intermediate), readCertificate(root)),
    ],
    [
      'floor: the leaf, 1 signature',
      () => {
        if (!new X509Certificate(leaf).verify(intermediateKey) || !rootKey) throw new Error()
      },
    ],
    ['ours, CA certificates seen before', () => decide(known.intermediate, known.root)],
    [
      "PKI.js's engine",
      async () => {
        if (!(await verifyWithPkijs(leaf, [intermediate], root))) throw new Error()
      },
    ],
  ])
}

for (const key of ['p256', 'rsa2048'] as const) {
  const times = await measure(contendersFor(key))
  const of = (name: string): number => times.get(name) ?? Number.NaN
  console.log(`${key}: microseconds a verdict, lower quartile of ${ROUNDS} batches`)
  for (const [name, time] of times)
    console.log(`  ${name.padEnd(40)} ${time.toFixed(0).padStart(6)}`)
  const whole = of('ours, nothing seen before') / of('floor: 3 certificates, 2 signatures')
  const warm = of('ours, CA certificates seen before') / of('floor: the leaf, 1 signature')
  const times8 = of("PKI.js's engine") / of('ours, nothing seen before')
  console.log(`  of the floor, nothing seen before: ${whole.toFixed(2)} (bound 1.3)`)
  console.log(`  of the floor, CAs seen before:     ${warm.toFixed(2)} (bound 1.1)`)
  console.log(`  PKI.js takes ${times8.toFixed(1)} times as long (bound: at least 8)`)
}
