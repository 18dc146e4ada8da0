import { createServer, type ServerResponse } from 'node:http'
import { der, type Issued, issueCrl } from '@mtls-edge/testkit'

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

/** What is fetched of a CRL at the most, and a little less. */
const ROOM = 52_000_000

/** A CRL of the largest size, of entries that are these over and over. It is signed by its issuer. */
function listOf(issuer: Issued, some: readonly Buffer[]): Buffer {
  const block = Buffer.concat(some)
  const times = Math.floor(ROOM / block.length)
  const entries = Buffer.alloc(times * block.length, block)
  return issueCrl({
    issuer,
    transformTbs(tbs) {
      const parts = der.elementsOf(tbs)
      const before = parts.slice(0, -1)
      return der.sequence(...before, der.sequence(entries), parts.at(-1) ?? Buffer.of())
    },
  }).der
}

const date = der.utcTimeOfText('260101000000Z')
const extension = (oid: string, value: Buffer): Buffer =>
  der.sequence(der.objectIdentifier(oid), der.octetString(value))
const entry = (serial: number, ...extensions: Buffer[]): Buffer =>
  der.sequence(
    der.integer(serial),
    date,
    ...(extensions.length === 0 ? [] : [der.sequence(...extensions)]),
  )

const issuerOf = (index: number): Buffer => {
  const text = der.characterString('utf8', `CA ${index}`)
  const name = der.sequence(der.set(der.sequence(der.objectIdentifier('2.5.4.3'), text)))
  return extension('2.5.29.29', der.sequence(der.context(4, name)))
}

/** Bodies that are made to cost whoever fetches a CRL. */
export function hostileLists(issuer: Issued): Readonly<Record<string, () => Buffer>> {
  const large = many(1_200, (i) => extension(`1.3.6.1.${i + 1}`, Buffer.alloc(0)))
  return {
    'nothing but zeros': () => Buffer.alloc(ROOM),
    'SEQUENCEs without end': () => Buffer.alloc(ROOM, Buffer.from('3084030d4000', 'hex')),
    'one serial number over and over': () => listOf(issuer, [entry(7)]),
    'many serial numbers, each of them often': () =>
      listOf(
        issuer,
        many(60_000, (i) => entry(i + 1)),
      ),
    'entries with an extension each': () =>
      listOf(
        issuer,
        many(60_000, (i) => entry(i + 1, extension('2.5.29.99', Buffer.alloc(1)))),
      ),
    'entries with as many extensions as they may have': () =>
      listOf(
        issuer,
        many(700, (i) => entry(i + 1, ...large)),
      ),
    'entries of different issuers': () =>
      listOf(
        issuer,
        many(9_000, (i) => entry(i + 1, issuerOf(i))),
      ),
  }
}

/** 100 kB of answers, the most that is read. */
export function hostileOcsp(): Readonly<Record<string, Buffer>> {
  const id = der.sequence(
    der.sequence(der.objectIdentifier('1.3.14.3.2.26')),
    der.octetString(Buffer.alloc(1)),
    der.octetString(Buffer.alloc(1)),
    der.integer(1),
  )
  const time = der.generalizedTimeOfText('20260101000000Z')
  const statement = der.sequence(id, der.contextPrimitive(0, Buffer.alloc(0)), time)
  const answer = (statements: Buffer, certificates: readonly Buffer[]): Buffer => {
    const data = der.sequence(
      der.context(2, der.octetString(Buffer.alloc(20))),
      time,
      der.sequence(statements),
    )
    const algorithm = Buffer.from('300a06082a8648ce3d040302', 'hex')
    const basic = der.sequence(
      data,
      algorithm,
      der.bitString(Buffer.alloc(8)),
      ...(certificates.length === 0 ? [] : [der.context(0, der.sequence(...certificates))]),
    )
    return der.sequence(
      der.enumerated(0),
      der.context(
        0,
        der.sequence(der.objectIdentifier('1.3.6.1.5.5.7.48.1.1'), der.octetString(basic)),
      ),
    )
  }
  return {
    'as many statements as fit': answer(
      Buffer.concat(many(Math.floor(99_000 / statement.length), () => statement)),
      [],
    ),
    'as many certificates as fit': answer(
      statement,
      many(30_000, () => Buffer.from('30020500', 'hex')),
    ),
    'SEQUENCEs without end': Buffer.alloc(100_000, Buffer.from('3080', 'hex')),
    'more than is read': Buffer.alloc(40_000_000),
  }
}

/** Answers that are hostile by how they are sent. */
export const HOSTILE_WAYS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'chunks of a byte, as fast as they go': (response) => {
    const chunk = Buffer.from('1\r\n0\r\n'.repeat(10_000))
    response.writeHead(200, { 'transfer-encoding': 'chunked' })
    response.flushHeaders()
    const go = (): void => {
      while (!response.destroyed && response.socket?.write(chunk) === true);
      if (!response.destroyed) response.socket?.once('drain', go)
    }
    go()
  },
  'more than it may be, without a length': (response) => {
    const chunk = Buffer.alloc(1_000_000)
    const go = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', go)
    }
    go()
  },
  'a byte now and then': (response) => {
    const timer = setInterval(() => response.write('0'), 100)
    response.on('close', () => clearInterval(timer))
  },
  'headers without end': (response) => {
    const header = Buffer.from(`x-a: ${'a'.repeat(1_000)}\r\n`)
    response.socket?.write('HTTP/1.1 200 OK\r\n')
    const timer = setInterval(() => response.socket?.write(header), 1)
    response.on('close', () => clearInterval(timer))
  },
}

/** Serves one thing, in a thread of its own. */
export function serve(what: Uint8Array | ((response: ServerResponse) => void)) {
  return createServer((request, response) => {
    request.resume()
    if (what instanceof Uint8Array) {
      response.setHeader('content-length', what.length)
      response.end(what)
    } else what(response)
  }).listen(0, '127.0.0.1')
}
