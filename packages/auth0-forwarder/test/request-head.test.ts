/*
 * The attack: a line break in whatever a request is written from, and the target reads headers, or a request, of the client's
 * making. Node lets no such thing through, and the header rule neither; the client refuses it nevertheless.
 */
import t from 'tap'
import { writeRequestHead } from '../dist/upstream/request-head.js'

const request = {
  method: 'POST',
  path: '/oauth/token?a=b',
  headers: ['A', 'b', 'x-C', 'caf\xe9\t'],
}
const codeOf = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    const { message } = Reflect.get(Object(error), 'cause')
    t.match(message, "that can't be sent")
    t.notMatch(message, 'secret')
    return Reflect.get(Object(error), 'code')
  }
}

t.test('a request is written as it is', async (t) => {
  t.equal(
    writeRequestHead(request, 'localhost:1', 'close'),
    'POST /oauth/token?a=b HTTP/1.1\r\nhost: localhost:1\r\nconnection: close\r\nA: b\r\nx-C: caf\xe9\t\r\n',
  )
})

t.test('a certificate is written each time, however many others there are', async (t) => {
  for (let number = 0; number < 300; number += 1) {
    for (const time of ['first', 'second']) {
      const certificate = `client-certificate: ${number}\r\n`
      const headers = ['client-certificate', String(number)]
      const head = writeRequestHead({ ...request, headers }, 'localhost', 'close')
      t.ok(head.endsWith(certificate), `${number}, the ${time} time`)
    }
  }
})

// Beyond U+00FF: of these only the lower byte would be written, which is a line break.
const breaks = ['\r\n', '\r', '\n', '\0', '\u010a', '\u010d', '\u0100', '\u560a', '\x7f', '\x0b']

t.test('nothing that a request is written from can begin another line', async (t) => {
  for (const broken of breaks) {
    const secret = `secret${broken}x: y`
    const requests = [
      { ...request, method: `POST${broken}` },
      { ...request, method: `${broken}POST` },
      ...(broken === '\x7f' ? [] : [{ ...request, path: `/${secret}` }]),
      { ...request, headers: [secret, 'b'] },
      { ...request, headers: ['A', secret] },
      { ...request, headers: ['client-certificate', secret] },
      { ...request, headers: ['Client-Certificate', secret, 'client-certificate', secret] },
      { ...request, headers: ['A', 'b', 'C', `${'c'.repeat(4_000)}${broken}`] },
    ]
    for (const each of requests) {
      const code = codeOf(() => writeRequestHead(each, 'localhost', 'keep-alive'))
      t.equal(code, 'FST_AUTH0_FORWARDER_FORWARDING_FAILED', JSON.stringify(broken))
    }
  }
})

t.test('what is not a method, a path or a name is not sent', async (t) => {
  const requests = [
    { ...request, method: '' },
    { ...request, method: 'get' },
    { ...request, method: 'GET /' },
    { ...request, path: '' },
    { ...request, path: 'https://attacker.example/' },
    { ...request, path: '*' },
    { ...request, path: '/a b' },
    { ...request, headers: ['', 'b'] },
    { ...request, headers: ['A ', 'b'] },
    { ...request, headers: ['A:', 'b'] },
    { ...request, headers: ['A'] },
  ]
  for (const each of requests) {
    const code = codeOf(() => writeRequestHead(each, 'localhost', 'keep-alive'))
    t.equal(code, 'FST_AUTH0_FORWARDER_FORWARDING_FAILED')
  }
})

t.test('host, connection and framing are of the client alone, in any case', async (t) => {
  const names = ['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect']
  names.push('keep-alive')
  for (const name of [...names, ...names.map((each) => each.toUpperCase())]) {
    const headers = [name, '0']
    const code = codeOf(() => writeRequestHead({ ...request, headers }, 'localhost', 'keep-alive'))
    t.equal(code, 'FST_AUTH0_FORWARDER_FORWARDING_FAILED', name)
  }
})
