import t from 'tap'
import { change, findProblems, GOOD, load } from './configuration-fixture.ts'

// biome-ignore format: one line a case
const cases: readonly (readonly [title: string, text: string | Uint8Array, line: number, message: RegExp, mend: RegExp])[] = [
  ['a brace that is not closed', change('port: 8443 }', 'port: 8443'), 2, /a brace, bracket or quote above is not closed/, /indent/],
  ['a tab for indentation', change('    serverCert', '\tserverCert'), 6, /tab|indentation|not YAML|place/, /spaces|KEY: VALUE/],
  ['a list item that is indented a space less', change('    auth0:', '   auth0:'), 8, /indentation is wrong/, /spaces/],
  ['a key that is indented a space more', change('      cnameApiKey:', '       cnameApiKey:'), 9, /next line/, /indent/],
  ['a key that is indented a space less', change('      forwarding', '     forwarding'), 9, /next line/, /indent/],
  ['a key twice', `${GOOD}tlsProfile: fapi2\n`, 23, /stands twice/, /remove/],
  ['a reference to no anchor', change('20s', '*nothing'), 3, /anchor/, /value itself/],
  ['a second document', `${GOOD}---\na: 1\n`, 23, /second document/, /one configuration/],
  ['an unknown tag', change('20s', '!env 20s'), 3, /tag/, /without it/],
  ['a value that begins with a reserved character', change('20s', '@20s'), 3, /keeps for itself/, /quotes/],
  ['a value with a colon and a space', change('20s', 'a: b'), 3, /map begins within/, /quotes/],
  ['a key that is a list', `${GOOD}? [a]\n: b\n`, 23, /not a word/, /quotes/],
]

for (const [title, text, line, message, mend] of cases) {
  t.test(`refuses ${title} where it stands`, async (t) => {
    const [first] = findProblems(text)
    t.match(first, { severity: 'error', path: '', line, message, mend })
  })
}

for (const [title, text] of [
  ['an empty file', ''],
  ['a file of comments', '# later\n'],
  ['a file with a word alone', 'edge'],
  ['a certificate', '-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n'],
] as const) {
  t.test(`refuses ${title}, and says what writes a configuration`, async (t) => {
    const holds = title.includes('word') || title.includes('certificate') ? /not a map/ : /nothing/
    t.match(findProblems(text), [{ path: '', line: 1, message: holds, mend: /mtls-edge init/ }])
  })
}

t.test('refuses an anchor that holds itself, without end', async (t) => {
  const problems = findProblems(change('20s', '&a [*a]'))
  t.not(problems.length, 0)
})

t.test('refuses a small file that unfolds into a huge one', async (t) => {
  const levels = Array.from('bcdefgh', (name, index) => {
    const before = String.fromCharCode('a'.charCodeAt(0) + index)
    return `${name}: &${name} [${`*${before},`.repeat(9)}]`
  })
  const problems = findProblems(['a: &a [x,x,x,x,x,x,x,x,x]', ...levels].join('\n'))
  t.match(problems, [{ message: /too often/ }])
})

t.test('refuses bytes that are not UTF-8', async (t) => {
  t.match(findProblems(Buffer.from([0x61, 0x3a, 0x20, 0xff])), [
    { line: 1, column: 1, path: '', message: /not in UTF-8/, mend: /save it as UTF-8/ },
  ])
})

t.test('takes a byte order mark and line ends of Windows', async (t) => {
  t.equal(load(`\u{feff}${GOOD.replaceAll('\n', '\r\n')}`).listen.port, 8443)
})

t.test('reads off, yes and no as words, as YAML 1.2 does', async (t) => {
  t.equal(
    load(change('endpoints:', 'resumption: off\n    endpoints:')).domains[0]?.resumption,
    'off',
  )
  t.equal(
    load(change('endpoints:', 'resumption: safe\n    endpoints:')).domains[0]?.resumption,
    'safe',
  )
})

t.test('says every problem at once, in the order of the file', async (t) => {
  const text = change('8443', '0.5')
    .replace('20s', '20')
    .replace('auth.example.com', 'auth_.example.com')
    .replace('certs/auth.key', 'nothing.key')
    .replace('/userinfo]', 'userinfo]')
    .replace('clients-root.pem', 'empty.pem')
    .replace('selfSigned', 'selfsigned')
    .replace('sqlite:', 'redis:')
  t.same(
    findProblems(text).map(({ line, path }) => [line, path]),
    [
      [1, 'listen.port'],
      [3, 'shutdownTimeout'],
      [5, 'domains[0].customDomain'],
      [7, 'domains[0].serverCertificates[0].keyFile'],
      [12, 'domains[0].endpoints[1]'],
      [15, 'domains[0].clientCertificates.caSigned.trustAnchorFiles[0]'],
      [20, 'domains[0].clientCertificates.selfsigned'],
      [21, 'registry'],
    ],
  )
})
