/**
 * How long a verdict on leaf + intermediate + root takes, from bytes, beside the least that any engine must do (the floor:
 * `new X509Certificate` of three and two signatures) and PKI.js's engine. The contenders take turns in batches of a millisecond
 * or so, and the figure of each is the lower quartile of its batches, so that a busy machine troubles all of them alike.
 *
 * Run: node test/bench/path-validation.ts [rounds, default 400]
 */
import { X509Certificate } from 'node:crypto'
import { type Certificate, readCertificate, validatePath } from '@mtls-edge/path-validation'
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

interface Pairs {
  readonly whole: ReadonlyMap<string, Contender>
  readonly known: ReadonlyMap<string, Contender>
  readonly pkijs: ReadonlyMap<string, Contender>
}

/** What is compared takes turns; PKI.js comes last, as its garbage would be collected in the others' time. */
function pairsFor(key: KeyKind): Pairs {
  const pki = createPki({ key })
  const issued = pki.client({ key })
  const [leaf, intermediate, root] = [issued.der, pki.intermediate.der, pki.root.der]
  const at = new Date()
  const [knownIntermediate, knownRoot] = [readCertificate(intermediate), readCertificate(root)]
  const intermediateKey = new X509Certificate(intermediate).publicKey
  const decide = (pool: Certificate, anchor: Certificate) => {
    const input = { leaf: readCertificate(leaf), pool: [pool], intermediates: [], at }
    const verdict = validatePath({ ...input, trustAnchors: [anchor], purpose: 'clientAuth' })
    if (!verdict.valid) throw new Error(verdict.detail)
  }
  const floorOfThree = () => {
    const [a, b, c] = [leaf, intermediate, root].map((der) => new X509Certificate(der))
    if (!a || !b || !c || !a.verify(b.publicKey) || !b.verify(c.publicKey)) throw new Error('floor')
  }
  const floorOfOne = () => {
    if (!new X509Certificate(leaf).verify(intermediateKey)) throw new Error('floor')
  }
  const viaPkijs = async () => {
    if (!(await verifyWithPkijs(leaf, [intermediate], root))) throw new Error('PKI.js')
  }
  return {
    whole: new Map([
      ['floor: 3 certificates, 2 signatures', floorOfThree],
      [
        'ours, nothing seen before',
        () => decide(readCertificate(intermediate), readCertificate(root)),
      ],
    ]),
    known: new Map([
      ['floor: the leaf, 1 signature', floorOfOne],
      ['ours, CA certificates seen before', () => decide(knownIntermediate, knownRoot)],
    ]),
    pkijs: new Map([["PKI.js's engine", viaPkijs]]),
  }
}

for (const key of ['p256', 'rsa2048'] as const) {
  const { whole, known, pkijs } = pairsFor(key)
  const groups = [await measure(whole), await measure(known), await measure(pkijs)]
  console.log(`${key}: microseconds a verdict, lower quartile of ${ROUNDS} batches`)
  for (const [name, time] of groups.flatMap((group) => [...group])) {
    console.log(`  ${name.padEnd(40)} ${time.toFixed(0).padStart(6)}`)
  }
  const [floor = 1, ours = 1, floorOfOne = 1, oursKnown = 1, theirs = 1] = groups.flatMap(
    (group) => [...group.values()],
  )
  console.log(`  of the floor, nothing seen before: ${(ours / floor).toFixed(2)} (bound 1.3)`)
  console.log(
    `  of the floor, CAs seen before:     ${(oursKnown / floorOfOne).toFixed(2)} (bound 1.1)`,
  )
  console.log(`  PKI.js takes ${(theirs / ours).toFixed(1)} times as long (bound: at least 8)`)
}
