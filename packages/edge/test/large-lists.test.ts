import { type Crl, readCertificate, validatePath } from '@mtls-edge/path-validation'
import { createPki, issueCertificate, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import {
  checkLargeListsAhead,
  type EdgeConfiguration,
  loadConfiguration,
  readLargeListsAhead,
  shortenListFile,
} from '../dist/configuration/index.js'
import { ENVIRONMENT, FILES, GOOD } from './configuration-fixture.ts'
import { countTurns } from './turns.ts'

const { root } = createPki()
const large = issueCrl({ issuer: root, bulk: 100_000 }).der

function configure(list: Uint8Array): EdgeConfiguration {
  return loadConfiguration('/etc/edge/edge.yaml', {
    environment: ENVIRONMENT,
    readFile(file) {
      const name = file.replace('/etc/edge/', '')
      if (name === 'edge.yaml') return Buffer.from(GOOD.replace('require', 'prefer'))
      if (name === 'clients-root.pem') return Buffer.from(root.pem)
      return name === 'clients.crl' ? list : Buffer.from(FILES[name] ?? '')
    },
  })
}

function load(list: Uint8Array, configuration = configure(list)): Crl {
  const { caSigned } = configuration.domains[0]?.clientCertificates ?? {}
  const crl = caSigned?.revocation.crls[0]?.crl
  if (crl === undefined) throw new Error('no CRL')
  return crl
}

t.test('a large CRL that was read ahead is not read again, and one that differs is', async (t) => {
  const contents = [Buffer.from(GOOD), Buffer.alloc(200_000, 0x30), large]
  const turns = await countTurns(readLargeListsAhead(contents))
  t.ok(turns > 10, `others had their turn ${turns} times`)
  const first = load(Buffer.from(large))
  t.equal(first.entries.size, 100_000)
  t.equal(load(Buffer.from(large)), first, 'the very same')
  const other = Buffer.from(issueCrl({ issuer: root, bulk: 100_000, crlNumber: 2 }).der)
  const second = load(other)
  t.not(second, first)
  t.equal(second.number, 2n)
  await readLargeListsAhead([Buffer.from(large)])
  t.equal(load(large), first, 'what has not changed is kept')
})

t.test('a large file in PEM is read ahead too, with every list in it', async (t) => {
  const lists = [issueCrl({ issuer: root, bulk: 30_000 }), issueCrl({ issuer: root, crlNumber: 7 })]
  const content = Buffer.from(
    lists.map(({ pem }) => `in words: \xe9\n${pem.replaceAll('\n', '\r\n')}`).join('\n'),
    'latin1',
  )
  const turns = await countTurns(readLargeListsAhead([content]))
  t.ok(turns > 10, `others had their turn ${turns} times`)
  const configuration = configure(content)
  const { caSigned } = configuration.domains[0]?.clientCertificates ?? {}
  const read = caSigned?.revocation.crls.map(({ crl }) => crl) ?? []
  t.same(
    read.map(({ der }) => Buffer.from(der)),
    lists.map(({ der }) => der),
  )
  t.same(
    read.map(({ entries }) => entries.size),
    [30_000, 0],
  )
  t.equal(load(content), read[0], 'the very same')
})

t.test('a list in PEM of any lines is read', async (t) => {
  const { der } = issueCrl({ issuer: root, bulk: 20_000 })
  const text = der.toString('base64')
  const lines = (size: number): string =>
    text.match(new RegExp(`.{1,${size}}`, 'g'))?.join('\n') ?? ''
  const forms: Readonly<Record<string, string>> = {
    'of 64 characters': lines(64),
    'of 76 characters': lines(76),
    'of 65 characters, no multiple of four': lines(65),
    'that end in two characters': lines(64).replaceAll('\n', '\r\n'),
    'of many lengths': text.replace(/(.{1,7})(.{1,64})/g, '$1\n$2\n'),
    'with one that lacks its end': lines(64).replace('\n', ''),
    'one alone': text,
    'with spaces before them': lines(64).replaceAll('\n', '\n  '),
  }
  for (const [title, form] of Object.entries(forms)) {
    const pem = `-----BEGIN X509 CRL-----\n${form}\n-----END X509 CRL-----\n`
    t.equal(Buffer.compare(load(Buffer.from(pem)).der, der), 0, title)
  }
})

t.test('signatures are checked ahead, a forged one too', async (t) => {
  const damaged = Buffer.from(large)
  damaged[damaged.length - 5] = (damaged.at(-5) ?? 0) ^ 1
  for (const [der, revocation] of [
    [large, 'good'],
    [damaged, 'unknown'],
  ] as const) {
    const configuration = configure(der)
    const turns = await countTurns(checkLargeListsAhead(configuration))
    t.ok(turns >= 4, `others had their turn ${turns} times`)
    const verdict = validatePath({
      leaf: readCertificate(issueCertificate({ issuer: root }).der),
      pool: [],
      intermediates: [],
      trustAnchors: configuration.domains[0]?.clientCertificates.caSigned?.trustAnchors ?? [],
      at: new Date(),
      purpose: 'clientAuth',
      revocation: { mode: 'prefer', crls: [load(der, configuration)] },
    })
    t.match(verdict, { valid: true, revocation })
  }
})

t.test('a list in PEM that was read ahead can be handed on as DER, and nothing else', async (t) => {
  const { der, pem } = issueCrl({ issuer: root, bulk: 10_000 })
  const one = Buffer.from(pem)
  const two = Buffer.from(pem + issueCrl({ issuer: root, bulk: 20_000 }).pem)
  t.equal(shortenListFile(one), one, 'not read yet')
  await readLargeListsAhead([one, two])
  t.equal(Buffer.compare(shortenListFile(one), der), 0)
  t.equal(shortenListFile(two), two, 'two lists are no DER')
})
