import { InvalidOptionError, type PathGuardOptions, pathGuard } from '@mtls-edge/path-guard'
import Fastify from 'fastify'
import { test } from 'tap'

// Most of these can't be written in TypeScript; a configuration file can hold them all.
const BAD_OPTIONS: readonly (readonly [options: object, message: RegExp])[] = [
  [{}, /^hosts must be a list of at least one name/],
  [{ hosts: [] }, /^hosts must be a list of at least one name/],
  [{ hosts: 'a.example' }, /^hosts must be a list/],
  [{ hosts: [1] }, /^hosts\[0\] must be a string/],
  [{ hosts: [''] }, /^hosts\[0\] \(""\) is no host name/],
  [{ hosts: ['a.example', 'https://a.example'] }, /^hosts\[1\] .*without scheme/],
  [{ hosts: ['a.example:443'] }, /^hosts\[0\] .*port/],
  [{ hosts: ['a.example.'] }, /^hosts\[0\] .*trailing dot/],
  [{ hosts: ['.example'] }, /^hosts\[0\] .*is no host name/],
  [{ hosts: ['a..example'] }, /^hosts\[0\] .*is no host name/],
  [{ hosts: ['-a.example'] }, /^hosts\[0\] .*is no host name/],
  [{ hosts: ['*.example'] }, /^hosts\[0\] .*is no host name/],
  [{ hosts: ['käse.example'] }, /^hosts\[0\] .*international names as xn--/],
  [{ hosts: [`${'a'.repeat(64)}.example`] }, /^hosts\[0\] .*is no host name/],
  [{ hosts: [`a.${'b'.repeat(64)}.example`] }, /^hosts\[0\] .*is no host name/],
  [{ hosts: ['a.'.repeat(130)] }, /^hosts\[0\] has more than 253 characters/],
  [{ hosts: ['a.example', 'A.EXAMPLE'] }, /^hosts\[1\] \(a\.example\) is named twice/],
  [{ endpoints: [] }, /^endpoints must be 'any' or a list of at least one/],
  [{ endpoints: 'all' }, /^endpoints must be 'any' or a list/],
  [{ endpoints: null }, /^endpoints must be 'any' or a list/],
  [{ endpoints: [1] }, /^endpoints\[0\] must be a path or \{ path, methods \}/],
  [{ endpoints: [null] }, /^endpoints\[0\] must be a path or/],
  [{ endpoints: [{ methods: ['GET'] }] }, /^endpoints\[0\] must be a path or/],
  [{ endpoints: [''] }, /^endpoints\[0\] must be a path such as/],
  [{ endpoints: ['oauth/token'] }, /^endpoints\[0\] \("oauth\/token"\) must start with a slash/],
  [{ endpoints: ['/a//b'] }, /must not hold an empty segment/],
  [{ endpoints: ['//a'] }, /must not hold an empty segment/],
  [{ endpoints: ['/a/./b'] }, /must not hold \. or \.\. as a segment/],
  [{ endpoints: ['/a/..'] }, /must not hold \. or \.\. as a segment/],
  [{ endpoints: ['/a%2fb'] }, /must not hold %/],
  [{ endpoints: ['/a?b'] }, /may hold only ASCII letters/],
  [{ endpoints: ['/a#b'] }, /may hold only ASCII letters/],
  [{ endpoints: ['/a;b'] }, /may hold only ASCII letters/],
  [{ endpoints: ['/a b'] }, /may hold only ASCII letters/],
  [{ endpoints: ['/a\n'] }, /may hold only ASCII letters/],
  [{ endpoints: ['/a*'] }, /may hold only ASCII letters/],
  [{ endpoints: ['/ä'] }, /may hold only ASCII letters/],
  [{ endpoints: ['/a\\b'] }, /may hold only ASCII letters/],
  [{ endpoints: ['/a/'] }, /must not end with a slash/],
  [{ endpoints: ['/a.'] }, /must not end with a dot/],
  [
    { endpoints: ['/a', '/b', '/a'] },
    /^endpoints\[2\] \(\/a\) is there twice: put all its methods/,
  ],
  [{ endpoints: [{ path: 7, methods: ['GET'] }] }, /^endpoints\[0\]\.path must be a path/],
  [{ endpoints: [{ path: 'a', methods: ['GET'] }] }, /^endpoints\[0\]\.path .*start with a slash/],
  [
    { endpoints: [{ path: '/a' }] },
    /^endpoints\[0\]\.methods must be a list of at least one of GET/,
  ],
  [{ endpoints: [{ path: '/a', methods: [] }] }, /^endpoints\[0\]\.methods must be a list/],
  [{ endpoints: [{ path: '/a', methods: 'GET' }] }, /^endpoints\[0\]\.methods must be a list/],
  [{ endpoints: [{ path: '/a', methods: ['get'] }] }, /^endpoints\[0\]\.methods .*upper case/],
  [{ endpoints: [{ path: '/a', methods: ['TRACE'] }] }, /^endpoints\[0\]\.methods/],
  [{ endpoints: [{ path: '/a', methods: ['GET', 'TRACE'] }] }, /^endpoints\[0\]\.methods/],
  [{ endpoints: [{ path: '/a', methods: ['CONNECT'] }] }, /^endpoints\[0\]\.methods/],
  [
    { endpoints: [{ path: '/a', methods: ['GET', 'GET'] }] },
    /^endpoints\[0\]\.methods .*each once/,
  ],
  [{ endpoints: [{ path: '/a', methods: ['GET'], x: 1 }] }, /^endpoints\[0\]\.x is no option/],
  [{ otherPaths: 'allow' }, /^otherPaths must be 'refuse' or 'pass'/],
  [
    { endpoints: 'any', otherPaths: 'refuse' },
    /^otherPaths can't be 'refuse' where endpoints is 'any'/,
  ],
  [{ host: 'a.example' }, /^host is no option: accepted are hosts, endpoints, otherPaths/],
  [{ prefix: '/x' }, /^prefix is no option/],
]

test('refuses bad options at registration, with their path and the mend', async (t) => {
  for (const [options, message] of BAD_OPTIONS) {
    const app = Fastify()
    const isAboutHosts = 'hosts' in options || Object.keys(options).length === 0
    const all: object = isAboutHosts ? options : { hosts: ['a.example'], ...options }
    await t.rejects(
      async () => app.register(pathGuard, all as PathGuardOptions),
      { code: 'FST_PATH_GUARD_INVALID_OPTION', message },
      JSON.stringify(options),
    )
    await app.close()
  }
})

test('throws options errors of its own class', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  const failure: unknown = await app.register(pathGuard, { hosts: [] }).then(
    () => null,
    (error: unknown) => error,
  )
  t.ok(failure instanceof InvalidOptionError)
})

test('accepts what it says it accepts', async (t) => {
  const good: readonly PathGuardOptions[] = [
    { hosts: ['a.example'] },
    { hosts: ['A.Example', 'localhost', '127.0.0.1', 'xn--kse-qla.example', 'my_host.example'] },
    { hosts: [`${'a'.repeat(63)}.${'b'.repeat(63)}.example`, `${'a.'.repeat(126)}b`] },
    { hosts: ['a.example'], endpoints: 'any' },
    { hosts: ['a.example'], endpoints: 'any', otherPaths: 'pass' },
    { hosts: ['a.example'], endpoints: ['/', '/a-b_c.d~e/F/0'], otherPaths: 'refuse' },
    {
      hosts: ['a.example'],
      endpoints: [
        { path: '/a', methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] },
      ],
    },
  ]
  for (const options of good) {
    const app = Fastify()
    await t.resolves(async () => app.register(pathGuard, options), JSON.stringify(options))
    await app.close()
  }
})

test('has options that the compiler checks too', (t) => {
  const options: readonly PathGuardOptions[] = [
    // @ts-expect-error hosts are required
    {},
    // @ts-expect-error neither of the two words
    { hosts: ['a.example'], otherPaths: 'allow' },
    // @ts-expect-error methods are required beside a path
    { hosts: ['a.example'], endpoints: [{ path: '/a' }] },
  ]
  t.equal(options.length, 3)
  t.end()
})

test('is known by its name, and fails when registered twice', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(pathGuard, { hosts: ['a.example'] })
  t.ok(app.hasPlugin('@mtls-edge/path-guard'))
  await t.rejects(async () => app.register(pathGuard, { hosts: ['a.example'] }), {
    code: 'FST_ERR_DEC_ALREADY_PRESENT',
  })
})
