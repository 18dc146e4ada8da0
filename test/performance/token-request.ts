import { openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'
import { ALIAS, clients, servers } from '../../packages/edge/test/edge-stage.ts'

const BODY = 'grant_type=client_credentials&client_id=0123456789abcdef'

/** What a client sends for a token, whole. */
export const TOKEN_REQUEST = [
  'POST /oauth/token HTTP/1.1',
  `Host: ${ALIAS}`,
  'Content-Type: application/x-www-form-urlencoded',
  `Content-Length: ${BODY.length}`,
  '',
  BODY,
].join('\r\n')

const certificate = clients.client()

/** Connects to the alias, with a client certificate that is the same each time. */
export const connectClient = (port: number): Promise<TlsConnection> =>
  openTlsConnection({ port, servername: ALIAS, ca: servers.root.pem, certificate })

/** Asks for a token, and throws where there is none. */
export async function askForToken(connection: TlsConnection): Promise<void> {
  const { status } = await connection.request(TOKEN_REQUEST)
  if (status !== 200) throw new Error(`answered ${status}`)
}
