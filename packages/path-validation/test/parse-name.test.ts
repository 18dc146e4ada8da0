import { NameSyntaxError, parseName, readCertificate } from '@mtls-edge/path-validation'
import { issueCertificate } from '@mtls-edge/testkit'
import t from 'tap'

t.test('a name as people write it has the key of the certificate that carries it', async (t) => {
  const issued = issueCertificate({
    subject: { C: 'DE', O: 'Müller + Söhne, "Bank"', CN: ' Client   One #1\\' },
  })
  const { subject } = readCertificate(issued.der)
  t.equal(parseName(subject.text), subject.normalized, 'its own RFC 4514 text')
  for (const text of [
    'CN=client one #1\\\\,O=MÜLLER \\+ söhne\\, \\"bank\\",C=de',
    'cn = CLIENT  ONE #1\\5c , o = müller \\2B Söhne\\2c \\22Bank\\22 , c = DE',
    '2.5.4.3=Client One #1\\\\,2.5.4.10=M\\c3\\bcller \\+ Söhne\\, \\"Bank\\",2.5.4.6=DE',
  ])
    t.equal(parseName(text), subject.normalized, text)
})

t.test('names that differ keep different keys', async (t) => {
  const one = parseName('CN=a,O=b')
  for (const text of ['O=b,CN=a', 'CN=a+O=b', 'CN=a\\,O=b', 'CN=a', 'CN=a,O=b,O=b', 'OU=a,O=b'])
    t.not(parseName(text), one, text)
})

t.test('what is not a name is refused, with the place', async (t) => {
  for (const [text, message] of [
    ['', /without "=" at character 1/],
    ['client', /without "="/],
    ['CN=a,', /without "=" at character 6/],
    ['CN=', /an empty value at character 4/],
    ['CN=a,,O=b', /unknown attribute type at character 6/],
    ['XY=a', /unknown attribute type at character 1/],
    ['CN=a;O=b', /unescaped ; at character 5/],
    ['CN="a"', /unescaped " at character 4/],
    ['CN=a\\z', /backslash that escapes nothing at character 5/],
    ['CN=a\\', /backslash that escapes nothing at character 5/],
    ['CN=#0c0161', /a value in hex at character 4/],
  ] as const)
    t.throws(() => parseName(text), { constructor: NameSyntaxError, message }, JSON.stringify(text))
})
