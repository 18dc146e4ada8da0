// The attack: one stray event, and the process is gone for everybody. An error that nobody listens to, a promise that nobody
// waits for, an answer written after the connection died: each ends a Node process. So clients reset or half-close their
// connection at every stage of a request, with every kind of body, while the target fails in every way that it can; and
// since errors like to quote what they stumbled over, no answer and no line of the log may hold the API key.
import { once } from 'node:events'
import { connect } from 'node:tls'
import {
  answerBeforeBody,
  answerJson,
  dropBeforeBody,
  dropConnection,
  halfBody,
  headersAlone,
  neverAnswer,
  oversizeHeader,
  rawAnswer,
  slowBody,
  type UpstreamHandler,
} from '@mtls-edge/testkit'
import t from 'tap'
import {
  ALIAS,
  API_KEY,
  clients,
  type EdgeStage,
  request,
  servers,
  startEdgeStage,
} from '../../packages/edge/test/edge-stage.ts'

const certificate = clients.client({ subject: { CN: 'client' } })

const targets: Record<string, UpstreamHandler> = {
  answers: answerJson(),
  'never answers': neverAnswer(),
  drops: dropConnection(),
  'drops before the body': dropBeforeBody(),
  'answers before the body': answerBeforeBody(200),
  'answers slowly': slowBody(['a', 'b'], 5),
  'sends headers alone': headersAlone(),
  'breaks its answer off': halfBody(),
  'sends too large headers': oversizeHeader(40_000),
  'says no HTTP, and the key': rawAnswer(`no HTTP ${API_KEY}\r\n\r\n`),
  'switches protocols': rawAnswer('HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nx'),
  'has an unknown status': rawAnswer('HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n'),
  'answers twice': rawAnswer(
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\n\r\n',
  ),
  'breaks a chunk': rawAnswer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'),
  'names __proto__': rawAnswer('HTTP/1.1 200 OK\r\n__proto__: a\r\nContent-Length: 1\r\n\r\na'),
}

const head = `POST /oauth/token HTTP/1.1\r\nHost: ${ALIAS}\r\n`
const bodies = {
  whole: [`${head}Content-Length: 3\r\n\r\nabc`],
  unended: [`${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`],
  broken: [`${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`, 'zz\r\n'],
  expecting: [`${head}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`],
}

/** Half-closes or resets the connection: at once, with the target's answer under way, or with it half read. */
async function leave(stage: EdgeStage, parts: readonly string[], delay: number, isGentle: boolean) {
  const socket = connect({
    port: stage.edge.port,
    host: '127.0.0.1',
    servername: ALIAS,
    ca: servers.root.pem,
    cert: certificate.chainPem,
    key: certificate.keyPem,
  })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {}).resume()
  await once(socket, 'secureConnect')
  for (const part of parts)
    await new Promise<void>((resolve) => socket.write(part, () => resolve()))
  await new Promise((resolve) => setTimeout(resolve, delay))
  if (isGentle) socket.end()
  setTimeout(() => socket.destroy(), isGentle ? 10 : 0)
  await closed
}

t.test('no client and no target can end the process or learn the key', async (t) => {
  const failures: unknown[] = []
  const note = (error: unknown): void => void failures.push(error)
  process.on('uncaughtExceptionMonitor', note).on('unhandledRejection', note)
  t.teardown(() => process.off('uncaughtExceptionMonitor', note).off('unhandledRejection', note))
  const stage = await startEdgeStage(t)
  for (const [name, handler] of Object.entries(targets)) {
    stage.upstream.answerWith(handler)
    await Promise.all(
      Object.values(bodies).flatMap((parts) => [
        leave(stage, parts, 0, false),
        leave(stage, parts, 6, true),
      ]),
    )
    if (handler === targets['never answers'] || handler === targets['sends headers alone']) continue
    const bytes = request('POST /oauth/token', '', ALIAS, 'a=b')
    const text = await stage.ask({ bytes, certificate }).then(
      (answer) => answer.text,
      (error: Error) => error.message,
    )
    t.notMatch(text, API_KEY, `a target that ${name}`)
  }
  stage.upstream.answerWith(answerJson())
  const { status } = await stage.ask({ bytes: request('POST /oauth/token'), certificate })
  t.equal(status, 200, 'the edge goes on')
  t.same(failures, [])
  t.notMatch(stage.output(), API_KEY)
  t.notMatch(stage.output(), /internal_error|forwarding_failed|verification_failed/)
})
