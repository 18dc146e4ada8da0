import type { Server } from 'node:https'
import type { HandshakeRefusal } from './front-event.js'
import type { HostMap } from './host-map.js'
import { ALERT, type AlertDescription } from './opening/alert.js'
import type { ClientHello } from './opening/client-hello-message.js'

/** The server a hello leads to, or why it leads to none. */
export type HostChoice =
  | { readonly server: Server }
  | { readonly server: null; readonly reason: HandshakeRefusal; readonly alert: AlertDescription }

/**
 * Decides by the hello which host a connection belongs to. There is no default host.
 *
 * The version comes first, so that a client that sends no SNI with TLS 1.0 learns what FAPI wants it to learn, alert 70;
 * OpenSSL refuses old versions too.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6066#section-3 for alert 112
 */
export function chooseHost(hello: ClientHello, hosts: HostMap): HostChoice {
  if (!hello.offersTls12) return refuse('protocol_version', ALERT.protocolVersion)
  if (!hello.hasServerName) return refuse('no_server_name', ALERT.unrecognizedName)
  if (hello.serverName === null) return refuse('invalid_server_name', ALERT.unrecognizedName)
  const server = hosts.find(hello.serverName)
  if (server === null) return refuse('unknown_server_name', ALERT.unrecognizedName)
  return { server }
}

function refuse(reason: HandshakeRefusal, alert: AlertDescription): HostChoice {
  return { server: null, reason, alert }
}
