import { readdirSync, readFileSync } from 'node:fs'
import { createPki } from '@mtls-edge/testkit'
import t from 'tap'
import { parseAllDocuments } from 'yaml'
import { loadConfiguration } from '../../packages/edge/dist/configuration/index.js'

const FOLDER = new URL('../../examples/kubernetes/', import.meta.url)
const USER = 65_532

/** A member by its path, such as `spec.template.0`; undefined where there is none. */
function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce(
      (inner, name) =>
        typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined,
      value,
    )
}

const listAt = (value: unknown, path: string): readonly unknown[] => {
  const list = at(value, path)
  return Array.isArray(list) ? list : []
}

const manifests = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => parseAllDocuments(readFileSync(new URL(name, FOLDER), 'utf8')))
const objects = manifests.map((document): unknown => document.toJS())
const find = (kind: string): unknown => objects.find((each) => at(each, 'kind') === kind)

const deployment = find('Deployment')
const pod = at(deployment, 'spec.template')
const container = at(pod, 'spec.containers.0')
const configMap = find('ConfigMap')
const data = at(configMap, 'data')
const text = String(Object.entries(Object(data)).find(([name]) => name === 'edge.yaml')?.[1])

t.test('every manifest is YAML without errors or warnings, and has a kind and a name', (t) => {
  t.ok(manifests.length >= 5)
  for (const document of manifests) {
    t.strictSame([...document.errors, ...document.warnings], [])
    t.type(at(document.toJS(), 'apiVersion'), 'string')
    t.type(at(document.toJS(), 'metadata.name'), 'string')
  }
  t.end()
})

t.test('the edge loads the configuration of the ConfigMap, and listens where the pod says', (t) => {
  const server = createPki().server(['auth.example.com', 'mtls.auth.example.com'])
  const mounted: Readonly<Record<string, string>> = {
    '/etc/mtls-edge/edge.yaml': text,
    '/run/tls/tls.crt': server.pem,
    '/run/tls/tls.key': server.keyPem,
    '/run/secrets/mtls-edge/cname-api-key': 'a-key-made-for-this-test',
    '/run/secrets/mtls-edge/registry-url': 'postgres://edge:secret@postgres/edge',
  }
  const configuration = loadConfiguration('/etc/mtls-edge/edge.yaml', {
    environment: {},
    readFile: (file) => {
      const content = mounted[file]
      if (content === undefined) throw new Error(`${file} is not mounted`)
      return Buffer.from(content)
    },
  })
  const ports = new Map(listAt(container, 'ports').map((port) => [at(port, 'name'), port]))
  t.equal(at(ports.get('https'), 'containerPort'), configuration.listen.port)
  t.equal(at(ports.get('health'), 'containerPort'), configuration.health.port)
  t.equal(configuration.health.host, '0.0.0.0', 'probes come from outside the pod')
  const grace = Number(at(pod, 'spec.terminationGracePeriodSeconds'))
  const preStop = Number(at(container, 'lifecycle.preStop.sleep.seconds'))
  t.ok(grace > preStop + configuration.shutdownTimeout / 1000)
  t.end()
})

t.test('every file of the configuration is in a mount, and every mount has its volume', (t) => {
  const mounts = listAt(container, 'volumeMounts')
  const volumes = new Map(listAt(pod, 'spec.volumes').map((each) => [at(each, 'name'), each]))
  const paths = [...text.matchAll(/(?:File): (\/[\w./-]+)/g)].map(([, path = '']) => path)
  t.equal(paths.length, 4)
  for (const path of paths) {
    t.ok(
      mounts.some((mount) => path.startsWith(`${at(mount, 'mountPath')}/`)),
      path,
    )
  }
  for (const mount of mounts) {
    t.equal(at(mount, 'readOnly'), true)
    t.ok(volumes.has(at(mount, 'name')))
  }
  const words = readFileSync(new URL('deployment.yaml', FOLDER), 'utf8')
  for (const volume of volumes.values()) {
    const secret = at(volume, 'secret.secretName')
    if (secret === undefined) continue
    t.match(words, new RegExp(`create secret (?:tls|generic) ${secret} `), 'it says how to make it')
    t.equal(at(volume, 'secret.defaultMode'), 0o440)
  }
  t.equal(at(volumes.get('configuration'), 'configMap.name'), at(configMap, 'metadata.name'))
  t.notOk(find('Secret'), 'no secret is written down')
  t.end()
})

t.test('probes ask what the health listener answers', (t) => {
  for (const [probe, path] of [
    ['startupProbe', '/healthz'],
    ['livenessProbe', '/healthz'],
    ['readinessProbe', '/readyz'],
  ]) {
    t.strictSame(at(container, `${probe}.httpGet`), { path, port: 'health' })
  }
  t.end()
})

t.test('selectors mean the pods of the deployment, and two of them stay', (t) => {
  const labels = at(pod, 'metadata.labels')
  for (const path of ['spec.selector.matchLabels', 'spec.template.metadata.labels']) {
    t.strictSame(at(deployment, path), labels)
  }
  t.strictSame(at(find('Service'), 'spec.selector'), labels)
  t.strictSame(at(find('PodDisruptionBudget'), 'spec.selector.matchLabels'), labels)
  t.strictSame(at(find('NetworkPolicy'), 'spec.podSelector.matchLabels'), labels)
  t.equal(at(deployment, 'spec.replicas'), 2)
  t.equal(at(find('PodDisruptionBudget'), 'spec.minAvailable'), 1)
  t.equal(at(find('Service'), 'spec.ports.0.targetPort'), 'https')
  t.end()
})

t.test('the pod may do no more than it must', (t) => {
  t.match(at(pod, 'spec.securityContext'), { runAsNonRoot: true, runAsUser: USER, fsGroup: USER })
  t.equal(at(pod, 'spec.automountServiceAccountToken'), false)
  t.strictSame(at(container, 'securityContext'), {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  t.strictSame(at(find('NetworkPolicy'), 'spec.policyTypes'), ['Ingress', 'Egress'])
  t.end()
})
