import type { Server } from 'node:https'
import { FST_EDGE_INVALID_SERVER_NAME, FST_EDGE_SERVER_OF_ANOTHER_HOST } from './errors.js'
import { serverNameOf } from './host-server.js'
import { normalizeServerName } from './server-name.js'

/** Which server answers for which host name. */
export interface HostMap {
  /** The server of a normalised name, or null: there is no default. */
  find(serverName: string): Server | null
  readonly servers: ReadonlySet<Server>
}

/**
 * Builds the map from SNI to server. Node's own `addContext` compares by case and falls back to a default context
 * (CVE-2026-48928); this one knows normalised names alone and answers null for any other.
 *
 * @throws {FST_EDGE_INVALID_SERVER_NAME} a name that is no host name, or that comes twice once normalised
 * @throws {FST_EDGE_SERVER_OF_ANOTHER_HOST} a server that createHostServer did not make for this very name
 */
export function createHostMap(hosts: Iterable<readonly [string, Server]>): HostMap {
  const byName = new Map<string, Server>()
  for (const [text, server] of hosts) {
    const name = normalizeServerName(text)
    if (name === null || byName.has(name)) throw new FST_EDGE_INVALID_SERVER_NAME(text)
    if (serverNameOf(server) !== name) throw new FST_EDGE_SERVER_OF_ANOTHER_HOST(text)
    byName.set(name, server)
  }
  return {
    find: (serverName) => byName.get(serverName) ?? null,
    servers: new Set(byName.values()),
  }
}
