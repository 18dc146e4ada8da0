/**
 * How long a verdict on leaf + intermediate + root takes, from bytes, beside the least that any engine must do (the floor:
 * `new X509Certificate` of three and two signatures) and PKI.js's engine; and what one costs that was made before.
 *
 * The contenders take turns in batches of half a millisecond or so, too short to be interrupted often, and the figure of each is
 * the lower decile of its batches: on a busy machine the others hold somebody else's work. (CPU time would be the better
 * measure, and the system counts it in ticks of milliseconds.) That is done several times over; what is printed is the median, and
 * of the ratios the spread too.
 *
 * Run: node test/bench/path-validation.ts [rounds, default 9]
 */
import { X509Certificate } from 'node:crypto'
import { resolveOptions } from '@mtls-edge/cert-verifier'
import { type Certificate, readCertificate, validatePath } from '@mtls-edge/path-validation'
import { createPki, type KeyKind } from '@mtls-edge/testkit'
import { createVerifier } from '../../packages/cert-verifier/dist/verifier.js'
import { verifyWithPkijs } from '../../packages/path-validation/test/pkijs-engine.ts'

const ROUNDS = Number(process.argv[2] ?? 9)
const BATCHES = 150
const WARM_UP = 300

interface Contender {
  readonly name: string
  readonly run: () => unknown
  /** How often in a batch. */
  readonly times: number
}

/** One round: for each contender the lower decile of its batches, in microseconds a run. */
async function measure(contenders: readonly Contender[], batches: number): Promise<number[]> {
  const means = contenders.map((): number[] => [])
  for (let batch = 0; batch < batches; batch++) {
    for (const [index, { run, times }] of contenders.entries()) {
      const start = performance.now()
      // To wait for what is no promise would cost a turn of the queue.
      for (let i = 0; i < times; i++) {
        const pending = run()
        if (pending instanceof Promise) await pending
      }
      means[index]?.push(((performance.now() - start) * 1000) / times)
    }
  }
  return means.map((list) => quantile(list, 0.1))
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN
}

interface Pair {
  readonly floor: Contender
  readonly ours: Contender
  /** Ours is to take at most so many times the floor, or the other one at least so many times ours. */
  readonly bound: string
  readonly ratio: (floor: number, ours: number) => number
}

function pairsFor(key: KeyKind): readonly Pair[] {
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
  const whole = {
    name: 'ours, nothing seen before',
    run: () => decide(readCertificate(intermediate), readCertificate(root)),
    times: 2,
  }
  return [
    {
      floor: { name: 'floor: 3 certificates, 2 signatures', run: floorOfThree, times: 2 },
      ours: whole,
      bound: 'of the floor (bound: 1.3 at the most)',
      ratio: (floor, ours) => ours / floor,
    },
    {
      floor: { name: 'floor: the leaf, 1 signature', run: floorOfOne, times: 5 },
      ours: {
        name: 'ours, CA certificates seen before',
        run: () => decide(knownIntermediate, knownRoot),
        times: 5,
      },
      bound: 'of the floor (bound: 1.1 at the most)',
      ratio: (floor, ours) => ours / floor,
    },
    {
      floor: { name: "PKI.js's engine", run: viaPkijs, times: 1 },
      ours: whole,
      bound: 'times ours is what PKI.js takes (bound: 8 at the least)',
      ratio: (theirs, ours) => theirs / ours,
    },
  ]
}

/** A verdict on a certificate that was seen before, on a new connection: what most of them cost. */
function cachedVerdict(key: KeyKind): Contender {
  const pki = createPki({ key })
  const { policy } = resolveOptions({
    domain: 'auth.example.com',
    caSigned: { trustAnchors: [pki.root.pem], revocation: { mode: 'off' } },
  })
  const verifier = createVerifier(policy, 'required', () => {
    throw new Error('nothing is fetched here')
  })
  const { der: leaf, thumbprint } = pki.client({ key })
  const handshake = { verified: true, error: null }
  const presented = { leaf, thumbprint, pool: [pki.intermediate.der], handshake }
  const now = Date.now()
  const run = () => {
    if (verifier.decide(presented, now).kind !== 'ca-verified') throw new Error('not accepted')
  }
  return { name: 'cached verdict', run, times: 100 }
}

const show = (time: number): string => time.toFixed(time < 100 ? 1 : 0).padStart(8)

async function compare({ floor, ours, bound, ratio }: Pair): Promise<void> {
  const batches = floor.name.startsWith('PKI.js') ? BATCHES / 3 : BATCHES
  await measure([floor, ours], WARM_UP)
  const rounds: number[][] = []
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure([floor, ours], batches))
  for (const [index, { name }] of [floor, ours].entries()) {
    const times = rounds.map((figures) => figures[index] ?? Number.NaN)
    console.log(`  ${name.padEnd(40)} ${show(quantile(times, 0.5))} us`)
  }
  const ratios = rounds.map(([first = Number.NaN, second = Number.NaN]) => ratio(first, second))
  const [least, median, most] = [0, 0.5, 1].map((part) => quantile(ratios, part).toFixed(2))
  console.log(`    ${median} (${least} to ${most}) ${bound}`)
}

for (const key of ['p256', 'rsa2048'] as const) {
  console.log(`${key}: microseconds a verdict, the median of ${ROUNDS} rounds`)
  for (const pair of pairsFor(key)) await compare(pair)
  const cached = cachedVerdict(key)
  await measure([cached], WARM_UP)
  const [time = Number.NaN] = await measure([cached], BATCHES)
  console.log(`  ${cached.name.padEnd(40)} ${show(time)} us (bound: 10)`)
}
