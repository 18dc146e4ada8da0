import { inspect } from 'node:util'
import t from 'tap'
import { ConfigurationError, describeProblem, Secret } from '../dist/configuration/index.js'
import { API_KEY, change, findProblems, GOOD, load, server } from './configuration-fixture.ts'

/*
 * The attack: whoever reads a log, a ticket with the output of `check` in it, or a crash report learns the custom
 * domain's API key. With it they send Auth0 a client-certificate header of their choice and are any client they like.
 */

const PASSWORD = 'hunter2'
const KEY_BODY = server.keyPem.split('\n')[1] ?? ''
const VARIABLE = `$${'{'}CNAME_API_KEY}`
const WRITTEN = `cnameApiKey: ${VARIABLE}`
const prefixes = [
  '',
  'x ',
  '*',
  '&',
  '!',
  '%',
  '@',
  '`',
  '[',
  '{',
  '"',
  "'",
  '|',
  '>',
  '? ',
  '- ',
  ': ',
]

const isSilent = (text: string): boolean =>
  ![API_KEY, API_KEY.slice(4), PASSWORD, KEY_BODY].some((secret) => text.includes(secret))

t.test('a secret shows itself as [secret], however it is printed', async (t) => {
  const secret = new Secret(PASSWORD)
  t.equal(secret.reveal(), PASSWORD)
  t.equal(`${secret}`, '[secret]')
  t.equal(String(secret), '[secret]')
  t.equal(JSON.stringify({ secret }), '{"secret":"[secret]"}')
  t.equal(inspect({ secret }, { showHidden: true, depth: 9 }), '{ secret: [secret] }')
  t.same(Object.entries(secret), [])
  t.same(Reflect.ownKeys(secret), [])
  t.throws(() => structuredClone({ secret: Object.assign(() => secret) }))
  t.same(structuredClone(secret), {})
})

t.test('a configuration has its secrets in no print of it', async (t) => {
  const configuration = load(
    change('sqlite:registry.db', `'postgres://edge:${PASSWORD}@db.example.com/edge'`),
  )
  t.ok(
    isSilent(JSON.stringify(configuration, (_, value) => (typeof value === 'bigint' ? 0 : value))),
    'JSON',
  )
  t.ok(
    isSilent(inspect(configuration, { depth: 99, showHidden: true, maxArrayLength: 9 })),
    'inspect',
  )
})

const faults: readonly (readonly [title: string, text: string])[] = [
  ['the key where the name of its file is wanted', change(WRITTEN, `cnameApiKeyFile: ${API_KEY}`)],
  [
    'a variable with the key where a file is wanted',
    change(WRITTEN, `cnameApiKeyFile: ${VARIABLE}`),
  ],
  ['the key below a key of its own', change(WRITTEN, `cnameApiKey: { value: ${API_KEY} }`)],
  ['the key in a list', change(WRITTEN, `cnameApiKey: [${API_KEY}]`)],
  ['the key with a space', change(WRITTEN, `cnameApiKey: '${API_KEY} '`)],
  [
    'the key in both forms',
    change(WRITTEN, `cnameApiKey: ${API_KEY}\n      cnameApiKeyFile: api-key.txt`),
  ],
  ['the key as a target', change('https://tenant-cd-id.edge.tenants.eu.auth0.com', API_KEY)],
  ['the key as a user of the target', change('https://', `https://${API_KEY}@`)],
  ['the key as a name', change('auth.example.com', `${VARIABLE}_`)],
  ['the key as a path of certificates', change('clients-root.pem', `'${VARIABLE}/x.pem'`)],
  ['the key as a choice', change('fapi2', API_KEY)],
  [
    'the key as a thumbprint',
    change(
      'selfSigned: reject',
      `selfSigned: reject\n      deny: { thumbprints: ["${VARIABLE}"] }`,
    ),
  ],
  ['the key as a duration', change('20s', API_KEY)],
  [
    'a registry that is no URL, with a password',
    change('sqlite:registry.db', `'mysql://edge:${PASSWORD}@db/edge'`),
  ],
  [
    'a registry whose URL has no host',
    change('sqlite:registry.db', `'postgres://edge:${PASSWORD}@:x/edge'`),
  ],
  ['an administration with a token', `${GOOD}admin: { host: 0.0.0.0, token: ${API_KEY} }\n`],
  ["a server key that is another certificate's", change('certs/auth.crt', 'certs/auth-rsa.crt')],
  ...prefixes.map(
    (prefix) =>
      [
        `the key behind ${JSON.stringify(prefix)}, and no YAML`,
        change(WRITTEN, `cnameApiKey: ${prefix}${API_KEY}\n  : [`),
      ] as const,
  ),
  ...prefixes.map(
    (prefix) =>
      [
        `a bare key behind ${JSON.stringify(prefix)}`,
        change(WRITTEN, `${prefix}${API_KEY}`),
      ] as const,
  ),
]

for (const [title, text] of faults) {
  t.test(`no problem quotes a secret: ${title}`, async (t) => {
    const problems = findProblems(text)
    t.not(problems.length, 0)
    const key = title.startsWith('a bare key') || title.includes('key of its own')
    const described = problems.map(describeProblem).join('\n')
    // Where the secret stands as a key of the file, it is the path that is asked about.
    t.ok(key || isSilent(described), described)
    t.ok(isSilent(problems.map(({ message, mend }) => message + mend).join('\n')), described)
  })
}

t.test('the error has every problem in its message, and no secret', async (t) => {
  try {
    load(change('20s', 'x').replace('8443', '"x"'))
    t.fail('it was loaded')
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    t.equal(error.code, 'FST_MTLS_EDGE_CONFIGURATION')
    t.equal(error.problems.length, 2)
    t.match(error.message, /listen\.port[\s\S]*\n[\s\S]*shutdownTimeout/)
    t.ok(isSilent(inspect(error, { depth: 9 })))
  }
})
