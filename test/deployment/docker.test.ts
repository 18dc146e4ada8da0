import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import t from 'tap'

const ROOT = new URL('../../', import.meta.url)
const read = (name: string): string =>
  readFileSync(new URL(`examples/docker/${name}`, ROOT), 'utf8')
const lines = read('Dockerfile')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
const argumentsOf = (word: string): readonly string[] =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))
const run = promisify(execFile)

t.test('everything that is copied exists, and is let in by the ignore file', (t) => {
  const letIn = read('Dockerfile.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1))
  const copied = argumentsOf('COPY')
    .filter((line) => !line.startsWith('--from'))
    .flatMap((line) => line.split(' ').slice(0, -1))
  t.ok(copied.length > 5)
  t.strictSame([...copied].sort(), [...letIn].sort())
  for (const name of copied) t.ok(existsSync(new URL(name, ROOT)), name)
  t.end()
})

t.test('the image is built in two stages, and its user is nobody by number', (t) => {
  t.equal(argumentsOf('FROM').length, 2)
  t.equal(argumentsOf('FROM').filter((line) => line.endsWith(' AS build')).length, 1)
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')))
  t.ok(last.includes('USER 65532:65532'))
  t.notOk(last.some((line) => /^(?:ARG|ENV) .*(?:KEY|TOKEN|SECRET|PASSWORD)/i.test(line)))
  const { bin } = JSON.parse(readFileSync(new URL('packages/edge/package.json', ROOT), 'utf8'))
  t.match(argumentsOf('ENTRYPOINT')[0], bin['mtls-edge'].slice(1))
  t.end()
})

t.test('the package manager is the one of the workspace', (t) => {
  const { packageManager } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'))
  const used = lines.flatMap((line) => line.match(/pnpm@[\d.]+/g) ?? [])
  t.ok(used.length > 0)
  for (const version of used) t.equal(version, packageManager)
  t.end()
})

t.test('the health check tells a healthy edge from a sick one and from none', async (t) => {
  const [check = ''] = argumentsOf('HEALTHCHECK')
  const command: readonly string[] = JSON.parse(check.slice(check.indexOf('CMD ') + 4))
  let status = 200
  const asked: unknown[] = []
  const server = createServer(({ url }, response) => {
    asked.push(url)
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const codeOf = async (): Promise<number> => {
    const own = command.slice(1).map((word) => word.replace(':9091/', `:${port}/`))
    return await run(process.execPath, own).then(
      () => 0,
      ({ code }) => code,
    )
  }
  t.equal(await codeOf(), 0)
  status = 500
  t.equal(await codeOf(), 1)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  t.equal(await codeOf(), 1)
  t.strictSame(asked, ['/healthz', '/healthz'])
})
