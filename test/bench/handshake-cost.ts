// Measures how long one handshake with hostile certificates blocks the event loop: node test/bench/handshake-cost.ts
//
// Anybody may open a connection to the alias and send certificates that he made himself. OpenSSL builds a path out of them and
// checks every signature and name constraint in it, trusted or not, before any code of ours runs. An RSA key of 3072 bits may
// have a public exponent of 3072 bits (OpenSSL bounds it to 64 bits only for longer keys), and then one verification costs some
// hundred times the usual one. Node has no option for the depth or the size of a client's list, so this is not bounded yet:
// docs/what-is-checked.md says so. Client and edge share this process; a few milliseconds are the client's.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type Issued, issueCertificate, type KeyPair, rawTlsRequest } from '@mtls-edge/testkit'
import { ALIAS, request, servers, startEdgeStage } from '../../packages/edge/test/edge-stage.ts'

/** A key whose public exponent is as long as its modulus: made from a short private one. */
function keyWithLongExponent(): KeyPair {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 })
  const jwk = privateKey.export({ format: 'jwk' })
  const p = numberOf(jwk.p)
  const q = numberOf(jwk.q)
  const d = 65_537n
  const e = inverse(d, (p - 1n) * (q - 1n))
  const changed = {
    ...jwk,
    e: textOf(e),
    d: textOf(d),
    dp: textOf(d % (p - 1n)),
    dq: textOf(d % (q - 1n)),
  }
  const changedKey = createPrivateKey({ key: changed, format: 'jwk' })
  return { privateKey: changedKey, publicKey: createPublicKey(changedKey) }
}

const numberOf = (text: string | undefined): bigint =>
  BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`)

function textOf(number: bigint): string {
  const digits = number.toString(16)
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString(
    'base64url',
  )
}

function inverse(number: bigint, modulus: bigint): bigint {
  let [before, now, factorBefore, factor] = [modulus, number % modulus, 0n, 1n]
  while (now !== 0n) {
    const quotient = before / now
    ;[before, now] = [now, before - quotient * now]
    ;[factorBefore, factor] = [factor, factorBefore - quotient * factor]
  }
  return ((factorBefore % modulus) + modulus) % modulus
}

/** Authorities, each issued by the next one in the list. */
function authorities(count: number, make: (issuer: Issued | null, index: number) => Issued) {
  const list: Issued[] = []
  for (let index = 0; index < count; index++) list.unshift(make(list[0] ?? null, index))
  return list
}

const slowKey = keyWithLongExponent()
const slowAuthorities = (count: number) =>
  authorities(count, (issuer, index) =>
    issueCertificate({
      subject: { CN: `CA ${index}` },
      ca: true,
      key: slowKey,
      ...(issuer === null ? {} : { issuer }),
    }),
  )

const constrainedAuthorities = () =>
  authorities(19, (issuer, index) =>
    issueCertificate({
      subject: { CN: `CA ${index}` },
      ca: true,
      nameConstraints: {
        excluded: Array.from({ length: 290 }, (_, name) => ({ dns: `z${name}` })),
      },
      ...(issuer === null ? {} : { issuer }),
    }),
  )

const attacks = {
  'ten authorities with an RSA exponent as long as the modulus': () =>
    leafUnder(slowAuthorities(10), 0),
  'as many of them as a certificate list may hold': () => leafUnder(slowAuthorities(68), 0),
  'thousands of names under hundreds of name constraints': () =>
    leafUnder(constrainedAuthorities(), 3_400),
}

function leafUnder(above: readonly Issued[], names: number): readonly Issued[] {
  const [issuer] = above
  if (issuer === undefined) throw new Error('no authority')
  const leaf = issueCertificate({
    subject: { CN: 'attacker' },
    issuer,
    subjectAlternativeNames: Array.from({ length: names }, (_, name) => ({ dns: `q${name}.b` })),
  })
  return [leaf, ...above]
}

const stages: (() => unknown)[] = []
const stage = await startEdgeStage({ teardown: (fn) => stages.unshift(fn) })
const ask = (list: readonly Issued[]) =>
  rawTlsRequest({
    port: stage.edge.port,
    servername: ALIAS,
    ca: servers.root.pem,
    cert: list.map(({ pem }) => pem).join(''),
    key: list[0]?.keyPem ?? '',
    bytes: request('POST /oauth/token'),
  })
// Warms up whatever is compiled or loaded with the first request.
for (let count = 0; count < 3; count++) await ask([issueCertificate()])
for (const [name, make] of Object.entries(attacks)) {
  const list = make()
  const bytes = list.reduce((sum, { der }) => sum + der.length, 0)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const { response } = await ask(list)
  delay.disable()
  const block = Math.round(delay.max / 1e6)
  console.log(`${name}: ${bytes} bytes, answer ${response?.status}, longest block ${block} ms`)
}
for (const close of stages) await close()
