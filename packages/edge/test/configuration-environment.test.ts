import t from 'tap'
import { API_KEY, change, ENVIRONMENT, findProblems, GOOD, load } from './configuration-fixture.ts'

const variable = (name: string): string => `\${${name}}`
const KEY = `cnameApiKey: ${variable('CNAME_API_KEY')}`
const keyOf = (text: string, environment: Record<string, string>): string | undefined =>
  load(text, environment).domains[0]?.auth0.cnameApiKey.reveal()

t.test('puts a variable in', async (t) => {
  t.equal(keyOf(GOOD, { CNAME_API_KEY: 'abc' }), 'abc')
})

t.test('puts variables in anywhere in a string, in any string', async (t) => {
  const text = change(KEY, `cnameApiKey: a-${variable('A')}-${variable('B_2')}-z`)
  t.equal(keyOf(text, { A: '1', B_2: '2' }), 'a-1-2-z')
  const file = change('clients-root.pem', `"${variable('WHO')}-root.pem"`)
  t.equal(load(file, { ...ENVIRONMENT, WHO: 'clients' }).warnings.length, 0)
})

t.test('does not expand what comes out of a variable', async (t) => {
  t.equal(keyOf(GOOD, { CNAME_API_KEY: variable('HOME'), HOME: '/home' }), variable('HOME'))
})

t.test('leaves a dollar sign alone, and $$' + '{ stands for itself without one', async (t) => {
  t.equal(keyOf(change(KEY, 'cnameApiKey: a$b$$c'), {}), 'a$b$$c')
  t.equal(keyOf(change(KEY, `cnameApiKey: a$${variable('B')}`), {}), `a${variable('B')}`)
})

t.test('says that a variable within braces needs quotes', async (t) => {
  for (const text of [
    change('8443', variable('PORT')),
    change('[clients-root.pem]', `[${variable('WHO')}-root.pem]`),
  ]) {
    t.match(findProblems(text)[0], {
      path: '',
      message: /a variable stands within braces/,
      mend: /put it in quotes/,
    })
  }
})

t.test('reads a port and a flag out of a variable', async (t) => {
  const text = change('8443', `"${variable('PORT')}"`).replace(
    'intermediateFiles:',
    () => `requireRegistration: ${variable('FLAG')}\n        intermediateFiles:`,
  )
  const { listen, domains } = load(text, { ...ENVIRONMENT, PORT: '8444', FLAG: 'true' })
  t.equal(listen.port, 8444)
  t.equal(domains[0]?.clientCertificates.caSigned?.requireRegistration, true)
})

t.test('does not make a number of a key that has digits alone', async (t) => {
  t.equal(keyOf(GOOD, { CNAME_API_KEY: '0123' }), '0123')
})

t.test('says which variable is not set, and where', async (t) => {
  t.match(findProblems(GOOD, {}), [
    {
      path: 'domains[0].auth0.cnameApiKey',
      line: 10,
      column: 20,
      message: /names the environment variable CNAME_API_KEY, which is not set/,
      mend: /set CNAME_API_KEY/,
    },
  ])
})

t.test('says that a variable is empty', async (t) => {
  t.match(findProblems(GOOD, { CNAME_API_KEY: '' }), [
    { path: 'domains[0].auth0.cnameApiKey', line: 10, message: /is empty/ },
  ])
})

t.test('says that no name follows, or no closing brace', async (t) => {
  for (const rest of ['', 'A', '1A}', 'A-default}', '}']) {
    const text = `$${'{'}${rest}`
    t.match(
      findProblems(change(KEY, `cnameApiKey: 'x${text}'`), { A: 'a' }),
      [{ path: 'domains[0].auth0.cnameApiKey', message: /no name and closing brace follow/ }],
      text,
    )
  }
})

t.test('says every missing variable of a list item at its own place', async (t) => {
  const text = change('[clients-root.pem]', `["${variable('A')}", "${variable('B')}"]`)
  t.match(
    findProblems(text).map(({ path, message }) => [path, message.split(' ')[4]]),
    [
      ['domains[0].clientCertificates.caSigned.trustAnchorFiles[0]', 'A,'],
      ['domains[0].clientCertificates.caSigned.trustAnchorFiles[1]', 'B,'],
    ],
  )
})

t.test('a key from a file loses one trailing newline and no more', async (t) => {
  t.equal(keyOf(change(KEY, 'cnameApiKeyFile: api-key.txt'), {}), API_KEY)
})
