import { join } from 'node:path'
import type { Output } from './output.js'
import { CLIENT_IDS, CUSTOM_DOMAIN, MTLS_DOMAIN, type Stage } from './stage.js'

/** Writes the clients' certificates and keys, and prints curl lines that use them against the edge that runs. */
export async function invite(stage: Stage, output: Output): Promise<void> {
  const { cast, workspace, port } = stage
  const certificate = await workspace.write('client.pem', cast.caSigned.chainPem)
  const key = await workspace.write('client.key', cast.caSigned.keyPem)
  const expired = await workspace.write('expired.pem', cast.expired.chainPem)
  const expiredKey = await workspace.write('expired.key', cast.expired.keyPem)
  const root = join(workspace.directory, 'server-root.pem')

  const curl = (host: string, path: string, ...more: readonly string[]) =>
    [
      'curl -sS -w "\\n%{http_code}\\n"',
      `--cacert ${quote(root)}`,
      `--resolve ${host}:${port}:127.0.0.1`,
      ...more,
      `https://${host}:${port}${path}`,
    ].join(' ')
  const ask = `-d grant_type=client_credentials -d client_id=${CLIENT_IDS.caSigned}`

  output.heading('The edge is running. Paste these:')
  output.line('# discovery on the custom domain')
  output.line(curl(CUSTOM_DOMAIN, '/.well-known/openid-configuration'))
  output.line('# a token bound to the certificate')
  const token = curl(
    MTLS_DOMAIN,
    '/oauth/token',
    `--cert ${quote(certificate)} --key ${quote(key)}`,
    ask,
  )
  output.line(token)
  output.line('# refused: the certificate has expired')
  output.line(
    curl(MTLS_DOMAIN, '/oauth/token', `--cert ${quote(expired)} --key ${quote(expiredKey)}`, ask),
  )
  output.line()
  output.line(`Page           ${stage.adminOrigin} (token: ${stage.adminToken})`)
  output.line(`Health         ${stage.healthOrigin}/readyz and ${stage.healthOrigin}/metrics`)
  output.line(`Configuration  ${stage.configFile}`)
  output.line(`Log            ${stage.logFile}`)
  output.line('Ctrl-C ends it and removes everything.')
}

// A shell takes anything between single quotes as it is. Most paths need none.
function quote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
