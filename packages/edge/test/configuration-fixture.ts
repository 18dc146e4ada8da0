import { createPki, issueCrl, issueServerCertificate } from '@mtls-edge/testkit'
import {
  ConfigurationError,
  type EdgeConfiguration,
  loadConfiguration,
  type Problem,
} from '../dist/configuration/index.js'

/** The time of every test: certificates are made relative to the real one, which is near enough. */
export const NOW = new Date()

export const API_KEY = '5d1f0c8e2b7a4963f1d2c3b4a5968778695a4b3c2d1e0f'

export const ENVIRONMENT = { CNAME_API_KEY: API_KEY }

const pki = createPki()
const hosts = ['auth.example.com', 'mtls.auth.example.com']
const server = pki.server(hosts)
const rsaServer = pki.server(hosts, { key: 'rsa2048' })
const weak = pki.server(hosts, { key: 'rsa1024' })
const onWeakCurve = pki.server(hosts, { key: 'p224' })
const sha1 = pki.server(hosts, { signature: { hash: 'sha1' } })
const weakIssuers = createPki({ name: 'Weak', intermediate: { key: 'rsa1024' } })
const underWeak = weakIssuers.server(hosts, { issuer: weakIssuers.intermediate })
const oldRoot = createPki({ name: 'Sha1', root: { signature: { hash: 'sha1' } } })
const underOldRoot = oldRoot.server(hosts)
const client = pki.client()
const day = 86_400_000
const expired = pki.server(hosts, {
  notBefore: new Date(NOW.getTime() - 2 * day),
  notAfter: new Date(NOW.getTime() - day),
})
const expiredRoot = createPki({
  name: 'Old',
  root: { notBefore: new Date(NOW.getTime() - 2 * day), notAfter: new Date(NOW.getTime() - day) },
})

export { client, pki, rsaServer, server }

/** The files beside `edge.yaml`, by their path. */
export const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'certs/auth.crt': server.pem,
  'certs/auth.key': server.keyPem,
  'certs/auth-rsa.crt': rsaServer.pem,
  'certs/auth-rsa.key': rsaServer.keyPem,
  'admin.token': 'Zm9yIHRlc3RzIGFsb25lLCBub2JvZHkgZWxzZQ==\n',
  'certs/both.pem': server.keyPem + server.pem,
  'certs/chain-upside-down.crt': pki.root.pem + server.pem,
  'certs/expired.crt': expired.pem,
  'certs/expired.key': expired.keyPem,
  'certs/future.crt': pki.server(hosts, { notBefore: new Date(NOW.getTime() + day), key: server })
    .pem,
  'certs/other.crt': issueServerCertificate('other.example.com', { key: server }).pem,
  'certs/weak.crt': weak.pem,
  'certs/weak.key': weak.keyPem,
  'certs/weak-curve.crt': onWeakCurve.pem,
  'certs/weak-curve.key': onWeakCurve.keyPem,
  'certs/sha1.crt': sha1.pem,
  'certs/sha1.key': sha1.keyPem,
  'certs/weak-issuer.crt': underWeak.chainPem,
  'certs/weak-issuer.key': underWeak.keyPem,
  'certs/sha1-root.crt': underOldRoot.chainPem + oldRoot.root.pem,
  'certs/sha1-root.key': underOldRoot.keyPem,
  'certs/encrypted.key': server.privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'a secret of the test',
  }),
  'certs/damaged.key': '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
  'certs/damaged.crt': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  'certs/der.crt': server.der,
  'certs/der.key': server.privateKey.export({ type: 'pkcs8', format: 'der' }),
  // What openssl pkcs12 and openssl crl2pkcs7 begin their files with; nothing reads on.
  'certs/bundle.p12': Uint8Array.of(0x30, 0x82, 0x0a, 0x03, 0x02, 0x01, 0x03, 0x30),
  'certs/bundle.p7b': Buffer.from('3082050006092a864886f70d010702a0', 'hex'),
  'certs/bundle.pem.p7b': '-----BEGIN PKCS7-----\nMAAA\n-----END PKCS7-----\n',
  'certs/for-clients.crt': pki.server(hosts, { key: server, extendedKeyUsage: ['clientAuth'] }).pem,
  'certs/without-issuer.crt': pki.server(hosts, {
    key: server,
    authorityInformationAccess: { caIssuers: ['http://ca.example/issuing.cer'] },
  }).pem,
  'certs/foreign-issuer.crt': server.pem + expiredRoot.intermediate.pem,
  'clients-root.pem': pki.root.pem,
  'clients-intermediate.pem': pki.intermediate.pem,
  'expired-root.pem': expiredRoot.root.pem,
  'clients.crl': issueCrl({ issuer: pki.intermediate }).pem + issueCrl({ issuer: pki.root }).pem,
  'clients.der.crl': issueCrl({ issuer: pki.intermediate }).der,
  'old.crl': issueCrl({
    issuer: pki.intermediate,
    thisUpdate: new Date(NOW.getTime() - 2 * day),
    nextUpdate: new Date(NOW.getTime() - day),
  }).pem,
  'endless.crl': issueCrl({ issuer: pki.intermediate, nextUpdate: null }).pem,
  'damaged.crl': '-----BEGIN X509 CRL-----\nMAAA\n-----END X509 CRL-----\n',
  'client.crt': client.pem,
  'two-clients.crt': client.pem + pki.selfSignedClient().pem,
  'api-key.txt': `${API_KEY}\n`,
  'newline.txt': '\n',
  'two-lines.txt': `${API_KEY}\nsomething else\n`,
  'registry-url.txt': 'postgres://edge:hunter2@db.example.com/edge\n',
  'empty.pem': '',
}

/** A configuration without fault; every test changes one thing. */
export const GOOD = `listen: { host: 127.0.0.1, port: 8443 }
tlsProfile: fapi2
shutdownTimeout: 20s
domains:
  - customDomain: auth.example.com
    serverCertificates:
      - { certificateFile: certs/auth.crt, keyFile: certs/auth.key }
    auth0:
      forwardingTarget: https://tenant-cd-id.edge.tenants.eu.auth0.com
      cnameApiKey: \${CNAME_API_KEY}
      clientIpHeader: true-client-ip
    endpoints: [/oauth/token, /userinfo]
    clientCertificates:
      caSigned:
        trustAnchorFiles: [clients-root.pem]
        intermediateFiles: [clients-intermediate.pem]
        revocation:
          mode: require
          crlFiles: [clients.crl]
      selfSigned: reject
registry: sqlite:registry.db
health: { host: 127.0.0.1, port: 9091 }
`

/** Changes the good configuration in one place. The text to be replaced has to be there. */
export function change(from: string, to: string): string {
  if (!GOOD.includes(from)) throw new Error(`not in the configuration: ${from}`)
  return GOOD.replace(from, () => to)
}

/** The good configuration without a key that has a map below it. */
export function without(key: string): string {
  const block = new RegExp(`^( *)${key}:\\n(?:\\1 +.*\\n)+`, 'm')
  if (!block.test(GOOD)) throw new Error(`not in the configuration: ${key}`)
  return GOOD.replace(block, '')
}

/** Loads the text as `/etc/edge/edge.yaml`, with the files above beside it. */
export function load(
  text: string | Uint8Array,
  environment: Readonly<Record<string, string | undefined>> = ENVIRONMENT,
): EdgeConfiguration {
  return loadConfiguration('/etc/edge/edge.yaml', {
    environment,
    now: NOW,
    readFile(file) {
      const name = file.replace('/etc/edge/', '')
      if (name === 'edge.yaml') return Buffer.from(text)
      const content = FILES[name]
      if (content !== undefined) return Buffer.from(content)
      const code = name.startsWith('forbidden') ? 'EACCES' : name === 'certs' ? 'EISDIR' : 'ENOENT'
      throw Object.assign(new Error(`${code}: ${file}`), { code })
    },
  })
}

/** All problems and warnings of a text. */
export function findProblems(
  text: string | Uint8Array,
  environment?: Readonly<Record<string, string | undefined>>,
): readonly Problem[] {
  try {
    return load(text, environment).warnings
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return [...error.problems, ...error.warnings]
  }
}
