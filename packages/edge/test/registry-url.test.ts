import { writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { type AdminStage, startAdminStage, TOKEN } from './admin-stage.ts'
import { runHere } from './command-process.ts'
import { CUSTOM, servers } from './edge-stage.ts'
import { pki } from './registry-stage.ts'

const client = pki.selfSignedClient({ subject: { CN: 'client one' } })

/** An edge whose admin listener has TLS, and the whole command line beside it. */
async function startUrlStage(t: Test) {
  const server = servers.server(['localhost', 'admin.example.com'])
  const stage = await startAdminStage(t, undefined, {
    files: {
      'admin.crt': server.chainPem,
      'admin.key': server.keyPem,
      'root.pem': servers.root.pem,
      'client.pem': client.pem,
      token: `${TOKEN}\n`,
    },
    settings: {
      admin: {
        port: 0,
        token: TOKEN,
        tls: { certificateFile: 'admin.crt', keyFile: 'admin.key' },
      },
    },
  })
  return { stage, url: `https://localhost:${stage.adminPort}` }
}

const run = (
  stage: Pick<AdminStage, 'file'>,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) => runHere(['registry', ...args], { cwd: dirname(stage.file), environment })

t.test('speaks TLS to a running edge that it verifies, with the token of a file', async (t) => {
  const { stage, url } = await startUrlStage(t)
  const way = ['--url', url, '--ca', 'root.pem', '--token-file', 'token']
  t.match(await run(stage, ['add', ...way, 'client.pem', '--owner', 'ana']), { code: 0 })
  const shown = await run(stage, ['show', ...way, 'client.pem', '--json'])
  t.match(JSON.parse(shown.stdout), {
    entry: { thumbprint: client.thumbprint, owner: 'ana', state: 'active' },
    trail: [{ action: 'add', actor: /.+@.+ via admin-api$/ }],
  })
  const domain = await run(stage, ['list', ...way, '--domain', 'c.example.com'])
  t.match(domain, { code: 2, stderr: `choose from ${CUSTOM}` })
})

t.test('says why the edge is not asked, and the mend', async (t) => {
  const { stage, url } = await startUrlStage(t)
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const address = closed.address()
  const free = typeof address === 'object' ? (address?.port ?? 0) : 0
  await new Promise((resolve) => closed.close(resolve))
  writeFileSync(join(dirname(stage.file), 'wrong'), 'x'.repeat(40))
  const ca = ['--ca', 'root.pem']
  const good = ['--token-file', 'token']
  const port = stage.adminPort
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['--url', url, ...ca, '--token-file', 'wrong'], 1, /does not take the token: give the one of/],
    [
      ['--url', url, ...good],
      1,
      /certificate that is not trusted \(.*name its root with --ca FILE/,
    ],
    [['--url', `https://127.0.0.1:${port}`, ...ca, ...good], 1, /for other names.*--url/],
    [['--url', `http://127.0.0.1:${free}`, ...good], 1, /not reached \(ECONNREFUSED\).*`admin`/],
    [['--url', `http://127.0.0.1:${port}`, ...good], 1, /write https:\/\/ where `admin` has `tls`/],
    [['--url', `https://127.0.0.1:${stage.edge.healthPort}`, ...good], 1, /does not speak TLS/],
    [['--url', `http://127.0.0.1:${stage.edge.healthPort}`, ...good], 1, /not as an admin API/],
    [['--url', url, ...ca], 2, /set MTLS_EDGE_ADMIN_TOKEN, or name its file with --token-file/],
    [['--url', 'http://edge.example.com', ...good], 2, /for all to read: use https:\/\//],
    [['--url', 'localhost:9090', ...good], 2, /such as https:\/\/127\.0\.0\.1:9090/],
    [['--url', `${url}/api`, ...good], 2, /a scheme, a host and a port/],
    [['--url', url, '--ca', 'nothing.pem', ...good], 2, /--ca can't be read \(ENOENT\)/],
    [['--url', url, '--config', 'edge.yaml', ...good], 2, /one of --url and --config/],
    [[], 2, /add --config FILE, or --url URL/],
  ]
  for (const [args, code, message] of cases) {
    const outcome = await run(stage, ['list', ...args])
    t.equal(outcome.code, code, args.join(' '))
    t.match(outcome.stderr, message)
    t.notMatch(outcome.stderr + outcome.stdout, TOKEN)
  }
})

t.test('says that the running edge has no registry', async (t) => {
  const stage = await startAdminStage(t, undefined, { settings: { registry: undefined } })
  const way = ['--url', `http://localhost:${stage.adminPort}`]
  const listed = await run(stage, ['list', ...way], { MTLS_EDGE_ADMIN_TOKEN: TOKEN })
  t.match(listed, { code: 1, stderr: /no_registry.*has no registry; add `registry/ })
})

t.test('says that an answer broke off, and takes none for more than it is', async (t) => {
  const server = createHttpServer((request, response) => {
    if (request.url === '/api/v1/domains') {
      const domains = [{ customDomain: CUSTOM, mtlsDomain: `mtls.${CUSTOM}` }]
      response.end(JSON.stringify({ domains }))
    } else if (request.url?.startsWith('/api/v1/registry/export')) {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"pem":', () => response.destroy())
    } else response.end('{"items":[{"domain":1}],"next":null}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const file = t.testdir({ 'edge.yaml': '' })
  const way = ['--url', `http://127.0.0.1:${port}`]
  const environment = { MTLS_EDGE_ADMIN_TOKEN: TOKEN }
  const exported = await run({ file: join(file, 'edge.yaml') }, ['export', ...way], environment)
  t.match(exported, { code: 1, stderr: /broke the answer off|closed the connection/ })
  const listed = await run({ file: join(file, 'edge.yaml') }, ['list', ...way], environment)
  t.match(listed, { code: 1, stderr: /answer has no domain: is it another version/ })
})
