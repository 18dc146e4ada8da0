import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { type AlertDescription, refuseWithAlert } from './alert.js'
import { chooseHost } from './choose-host.js'
import type { ClientHello } from './client-hello-message.js'
import type { FrontEvent, HandshakeRefusal } from './front-event.js'
import type { HostMap } from './host-map.js'
import type { FrontLimits } from './limits.js'
import { createOpeningReader, type OpeningReader } from './opening-reader.js'
import type { ProxySource } from './proxy-header.js'

type Completed = Extract<FrontEvent, { readonly type: 'handshake_completed' }>

/** How far a connection has come. */
export type ConnectionState = 'hello' | 'handshake' | 'secure' | 'refused'

/** One accepted TCP connection, from its first byte until it closes. */
export interface Connection {
  readonly state: ConnectionState
  /** The server that has it, once its hello was read. */
  readonly server: Server | null
  /** Whether no byte of a hello has come yet. */
  readonly isSilent: boolean
  /** Where the client is: by the PROXY header, else by the socket. */
  readonly client: ProxySource
  /** The handshake is done. */
  secured(handshake: Pick<Completed, 'version' | 'resumed'>): void
  /** The handshake failed; the first reason counts. */
  failed(reason: HandshakeRefusal, cause: Error | null): void
  destroy(): void
}

/** A place for a connection, asked for. */
export interface ConnectionPlace {
  readonly isGranted: Promise<boolean>
  leave(): void
}

/** What a connection needs of its front. */
export interface ConnectionContext {
  readonly limits: () => Pick<FrontLimits, 'helloTimeout' | 'handshakeTimeout'>
  /** The map in force when the hello is complete. */
  readonly hosts: () => HostMap
  /** Whether a peer is a balancer, which must send a PROXY header first. */
  readonly isTrustedPeer: (address: string) => boolean
  /** Asks for a place for a connection of this address; `null` where there is no limit. */
  readonly takePlace: (address: string) => ConnectionPlace | null
  readonly onEvent: (event: FrontEvent) => void
}

/**
 * Takes a new connection: reads its hello within `helloTimeout`, puts the bytes back and hands it to the server of the
 * host named in it, which must end the handshake within `handshakeTimeout`. Both are limits of the whole, not of silence:
 * a client that sends a byte now and then gains nothing.
 */
export function acceptConnection(
  socket: Socket,
  peer: ProxySource,
  context: ConnectionContext,
): Connection {
  const isBalancer = context.isTrustedPeer(peer.address)
  // Let go with the hello: a connection may live for days, and its hello may be 64 KiB.
  let reader: OpeningReader | null = createOpeningReader(isBalancer)
  let client = peer
  let state: ConnectionState = 'hello'
  let server: Server | null = null
  let serverName: string | null = null
  let cause: Error | null = null
  let isSilent = true
  let handedOverAt = 0
  const limits = context.limits()
  let timer = setTimeout(() => cut('hello_timeout'), limits.helloTimeout)
  // Of a balancer's connection the client is yet to be named.
  let place = isBalancer ? null : context.takePlace(peer.address)

  // ECONNRESET and its like: 'close' follows always, and there it is reported.
  socket.on('error', (error) => {
    cause ??= error
  })
  socket.once('close', () => {
    clearTimeout(timer)
    place?.leave()
    // A connection without a byte, but for a PROXY header, is a health check of a load balancer.
    if (!isSilent) report('client_closed', cause)
  })
  socket.on('data', onData)

  return {
    get state() {
      return state
    },
    get server() {
      return server
    },
    get isSilent() {
      return isSilent
    },
    get client() {
      return client
    },
    secured({ version, resumed }) {
      clearTimeout(timer)
      state = 'secure'
      context.onEvent({
        type: 'handshake_completed',
        version,
        resumed,
        durationMs: performance.now() - handedOverAt,
        remoteAddress: client.address,
        remotePort: client.port,
        serverName,
      })
    },
    failed: report,
    destroy: () => socket.destroy(),
  }

  function onData(chunk: Buffer): void {
    if (reader === null) return
    const result = reader.push(chunk)
    client = reader.source ?? peer
    if (reader.source !== null) place ??= context.takePlace(client.address)
    const bytes = reader.helloBytes()
    isSilent = result.status === 'incomplete' && bytes.length === 0
    if (result.status === 'incomplete') return
    reader = null
    socket.off('data', onData)
    socket.pause()
    if (result.status === 'refused') refuse(result.reason, result.alert)
    else if (place === null) handOver(result, bytes)
    else {
      place.isGranted.then((isGranted) => {
        if (socket.destroyed) return
        if (isGranted) handOver(result, bytes)
        else cut('too_many_connections')
      })
    }
  }

  function handOver(hello: ClientHello, bytes: Buffer): void {
    clearTimeout(timer)
    serverName = hello.serverName
    const choice = chooseHost(hello, context.hosts())
    if (choice.server === null) {
      refuse(choice.reason, choice.alert)
      return
    }
    server = choice.server
    state = 'handshake'
    handedOverAt = performance.now()
    timer = setTimeout(() => cut('handshake_timeout'), limits.handshakeTimeout)
    socket.unshift(bytes)
    server.emit('connection', socket)
  }

  function refuse(reason: HandshakeRefusal, alert: AlertDescription | null): void {
    clearTimeout(timer)
    report(reason, null)
    if (alert === null) socket.destroy()
    else refuseWithAlert(socket, alert)
  }

  function cut(reason: HandshakeRefusal): void {
    report(reason, null)
    socket.destroy()
  }

  function report(reason: HandshakeRefusal, why: Error | null): void {
    if (state === 'secure' || state === 'refused') return
    state = 'refused'
    context.onEvent({
      type: 'handshake_refused',
      reason,
      remoteAddress: client.address,
      remotePort: client.port,
      serverName,
      cause: why,
    })
  }
}

/**
 * What a TLS socket and the TCP socket below it have in common, by documented properties alone. Unique among open
 * connections. Undefined parts mean that the peer has gone.
 */
export function connectionKey(socket: Socket | TLSSocket): string {
  return `${socket.remoteAddress}|${socket.remotePort}|${socket.localAddress}|${socket.localPort}`
}
