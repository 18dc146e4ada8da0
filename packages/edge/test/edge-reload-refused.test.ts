import { openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { startProcessStage } from './edge-process-stage.ts'
import { ALIAS, clients, request, servers } from './edge-stage.ts'

const SECOND = 'second.example.com'
const client = clients.client()

for (const workers of [1, 2]) {
  t.test(
    `what only some hosts could take over no host takes over: ${workers} worker(s)`,
    async (t) => {
      const stage = await startProcessStage(t, { workers })
      const connect = (servername: string): Promise<TlsConnection> =>
        openTlsConnection({
          port: stage.port,
          servername,
          ca: servers.root.pem,
          certificate: client,
        })
      const open = await connect(ALIAS)
      const ask = () => open.request(request('POST /oauth/token'))
      t.match(await ask(), { status: 200 })

      await stage.configure(({ domains: [domain], ...rest }) => ({
        ...rest,
        domains: [domain, { ...domain, customDomain: SECOND }],
      }))
      await stage.nextLine('configuration_loaded')

      // The first domain could deny the client; the second wants a registry, which only a start can open.
      await stage.configure(({ domains: [first, second], ...rest }) => {
        const deny = { thumbprints: [client.thumbprint] }
        const registered = { ...second?.clientCertificates, selfSigned: 'registered' }
        return {
          ...rest,
          registry: 'sqlite:registry.db',
          domains: [
            { ...first, clientCertificates: { ...first?.clientCertificates, deny } },
            { ...second, clientCertificates: registered },
            { ...second, customDomain: 'third.example.com' },
          ],
        }
      })
      t.match(await stage.nextLine('configuration_refused'), {
        level: 'error',
        message: /can't be put in force: .*registry/,
      })
      t.match(await stage.readyz(), { status: 200, body: { status: 'degraded' } })
      t.match(await ask(), { status: 200, headers: { connection: 'keep-alive' } })
      await t.rejects(connect('mtls.third.example.com'), 'the new domain is not there')

      // What is refused is the whole: without the second domain the first one's part holds.
      await stage.configure(({ domains, ...rest }) => ({ ...rest, domains: domains.slice(0, 1) }))
      await stage.nextLine('configuration_loaded')
      t.match(await ask(), { status: 401, text: /denied/ })
      let warning = await stage.nextLine('configuration_warning')
      while (warning.path !== 'registry') warning = await stage.nextLine('configuration_warning')
      t.match(warning, { message: /next start/ })
      open.destroy()
    },
  )
}
