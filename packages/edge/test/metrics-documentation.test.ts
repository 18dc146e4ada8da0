import { readFile } from 'node:fs/promises'
import { issueCrl, rawTlsRequest } from '@mtls-edge/testkit'
import t from 'tap'
import { clients, request, startEdgeStage } from './edge-stage.ts'
import { type MetricsPage, readMetricsPage } from './metrics-page.ts'

const page = await readFile(new URL('../../../docs/metrics.md', import.meta.url), 'utf8')

const ROW = /^\| `(?<name>mtls_edge_\w+)` \| (?<type>\w+) \| (?<labels>[^|]*)\|/gm

/** What the page says, by name. */
const documented = new Map(
  [...page.matchAll(ROW)].map(({ groups }): [string, { type: string; labels: string[] }] => [
    groups?.name ?? '',
    { type: groups?.type ?? '', labels: groups?.labels?.match(/\w+/g)?.toSorted() ?? [] },
  ]),
)

/** An edge of which every metric has a value. */
async function runEverything(t: Parameters<typeof startEdgeStage>[0]): Promise<MetricsPage> {
  const stage = await startEdgeStage(
    t,
    (domain) => ({
      ...domain,
      clientCertificates: {
        caSigned: {
          trustAnchorFiles: ['clients-root.pem'],
          intermediateFiles: ['clients-intermediate.pem'],
          revocation: { mode: 'prefer', fetch: ['crl'], crlFiles: ['clients.crl'] },
        },
      },
    }),
    {
      settings: { registry: 'sqlite:registry.db' },
      files: { 'clients.crl': issueCrl({ issuer: clients.root }).pem },
    },
  )
  const { port, healthPort } = stage.edge
  const certificate = clients.client()
  // Nobody listens there, nor may be asked there.
  const crlDistributionPoints = ['http://127.0.0.1:9/clients.crl']
  const pointing = clients.client({ crlDistributionPoints })
  await stage.ask({ bytes: request('POST /oauth/token'), certificate: pointing })
  await stage.ask({ bytes: request('POST /oauth/token'), certificate })
  await stage.ask({ bytes: request('POST /not/there'), certificate })
  await rawTlsRequest({ port, servername: 'other.example.com', bytes: 'x' }).catch(() => {})
  return readMetricsPage(healthPort)
}

/** A histogram's series have other names, and one has a label more. */
const labelsOf = ({ all }: MetricsPage, name: string): readonly string[] => {
  const series = all.filter(
    (one) => one.name.replace(/_(bucket|sum|count)$/, '') === name || one.name === name,
  )
  return [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))]
    .filter((label) => label !== 'le')
    .toSorted()
}

t.test('the page names every metric with its type and its labels, and no other', async (t) => {
  const metrics = await runEverything(t)
  const names = [...metrics.types.keys()].filter((name) => name.startsWith('mtls_edge_'))
  t.same([...documented.keys()].toSorted(), names.toSorted())
  for (const name of names) {
    t.equal(documented.get(name)?.type, metrics.types.get(name), name)
    t.same(documented.get(name)?.labels, labelsOf(metrics, name), `labels of ${name}`)
  }
})

t.test('the page says which values each label has', async (t) => {
  const labels = new Set([...documented.values()].flatMap(({ labels }) => labels))
  for (const label of labels) {
    if (label !== 'node') t.match(page, new RegExp(`^\\| [^|]*\`${label}\``, 'm'), label)
  }
})
