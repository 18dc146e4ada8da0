import type { Cast } from './cast.js'
import type { Workspace } from './workspace.js'

/** What the configuration file is filled in with. */
export interface EdgeConfigurationOptions {
  readonly customDomain: string
  readonly mtlsDomain: string
  readonly port: number
  readonly healthPort: number
  readonly adminPort: number
  readonly adminToken: string
  readonly forwardingTarget: string
  readonly cnameApiKey: string
}

/** Writes the edge's configuration file and the files that it names; returns its path. */
export async function writeEdgeConfiguration(
  workspace: Workspace,
  cast: Cast,
  options: EdgeConfigurationOptions,
): Promise<string> {
  await Promise.all([
    workspace.write('edge.pem', cast.edge.chainPem),
    workspace.write('edge.key', cast.edge.keyPem),
    workspace.write('server-root.pem', cast.serverRoot.pem),
    workspace.write('clients-root.pem', cast.clientRoot.pem),
    workspace.write('clients-intermediate.pem', cast.clientIntermediate.pem),
    workspace.write('cname-api-key', `${options.cnameApiKey}\n`),
    workspace.write('admin-token', `${options.adminToken}\n`),
  ])
  return workspace.write('edge.yaml', describe(options))
}

function describe(options: EdgeConfigurationOptions): string {
  return `listen: { host: 127.0.0.1, port: ${options.port} }
workers: 1
tlsProfile: fapi2
domains:
  - customDomain: ${options.customDomain}
    mtlsDomain: ${options.mtlsDomain}
    publicTraffic: forward
    serverCertificates:
      - { certificateFile: edge.pem, keyFile: edge.key }
    auth0:
      forwardingTarget: ${options.forwardingTarget}
      cnameApiKeyFile: cname-api-key
      caFile: server-root.pem
    endpoints: [/oauth/token, /oauth/par, /userinfo]
    clientCertificates:
      caSigned:
        trustAnchorFiles: [clients-root.pem]
        # The clients send it along, but some releases of Node hide from a server what a client sends.
        intermediateFiles: [clients-intermediate.pem]
        # A throw-away CA publishes no revocation lists.
        revocation: { mode: off }
      selfSigned: forward
registry: sqlite:registry.db
health: { host: 127.0.0.1, port: ${options.healthPort} }
admin: { host: 127.0.0.1, port: ${options.adminPort}, tokenFile: admin-token }
`
}
