import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import { chooseHost } from './choose-host.js'
import type { SocketOwner } from './connection-table.js'
import type { FrontEvent, HandshakeRefusal } from './front-event.js'
import type { HostMap } from './host-map.js'
import type { FrontLimits } from './limits.js'
import { type AlertDescription, refuseWithAlert } from './opening/alert.js'
import type { ClientHello } from './opening/client-hello-message.js'
import { createOpeningReader, type OpeningReader } from './opening/opening-reader.js'
import type { ProxySource } from './opening/proxy-header.js'

type Completed = Extract<FrontEvent, { readonly type: 'handshake_completed' }>

/** How far a connection has come. */
export type ConnectionState = 'hello' | 'handshake' | 'secure' | 'refused'

/** One accepted TCP connection, from its first byte until it closes. */
export interface Connection extends SocketOwner {
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
  readonly onClose: (connection: Connection) => void
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
  return new AcceptedConnection(socket, peer, context)
}

/** A class, and few functions of its own: thousands of connections lie idle for days. */
class AcceptedConnection implements Connection {
  state: ConnectionState = 'hello'
  server: Server | null = null
  isSilent = true
  client: ProxySource
  readonly socket: Socket
  readonly peer: ProxySource
  readonly #context: ConnectionContext
  /** Let go with the hello, which may be 64 KiB. */
  #reader: OpeningReader | null
  #serverName: string | null = null
  #cause: Error | null = null
  #handedOverAt = 0
  #timer: NodeJS.Timeout | null
  #place: ConnectionPlace | null
  readonly #handshakeTimeout: number
  readonly #onData = (chunk: Buffer): void => this.#read(chunk)

  constructor(socket: Socket, peer: ProxySource, context: ConnectionContext) {
    this.socket = socket
    this.peer = peer
    this.#context = context
    this.client = peer
    const isBalancer = context.isTrustedPeer(peer.address)
    this.#reader = createOpeningReader(isBalancer)
    const { helloTimeout, handshakeTimeout } = context.limits()
    this.#handshakeTimeout = handshakeTimeout
    this.#timer = setTimeout(cutLate, helloTimeout, this, 'hello_timeout')
    // Of a balancer's connection the client is yet to be named.
    this.#place = isBalancer ? null : context.takePlace(peer.address)

    // ECONNRESET and its like: 'close' follows always, and there it is reported.
    socket.on('error', (error) => {
      this.#cause ??= error
    })
    socket.on('close', () => this.#onClose())
    socket.on('data', this.#onData)
  }

  secured({ version, resumed }: Pick<Completed, 'version' | 'resumed'>): void {
    this.#stopTimer()
    this.state = 'secure'
    this.#context.onEvent({
      type: 'handshake_completed',
      version,
      resumed,
      durationMs: performance.now() - this.#handedOverAt,
      remoteAddress: this.client.address,
      remotePort: this.client.port,
      serverName: this.#serverName,
    })
  }

  failed(reason: HandshakeRefusal, cause: Error | null): void {
    if (this.state === 'secure' || this.state === 'refused') return
    this.state = 'refused'
    this.#context.onEvent({
      type: 'handshake_refused',
      reason,
      remoteAddress: this.client.address,
      remotePort: this.client.port,
      serverName: this.#serverName,
      cause,
    })
  }

  destroy(): void {
    this.socket.destroy()
  }

  /** Reports and closes. */
  cut(reason: HandshakeRefusal): void {
    this.failed(reason, null)
    this.socket.destroy()
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #onClose(): void {
    this.#stopTimer()
    this.#place?.leave()
    // A connection without a byte, but for a PROXY header, is a health check of a load balancer.
    if (!this.isSilent) this.failed('client_closed', this.#cause)
    this.#context.onClose(this)
  }

  #read(chunk: Buffer): void {
    const reader = this.#reader
    if (reader === null) return
    const result = reader.push(chunk)
    this.client = reader.source ?? this.peer
    if (reader.source !== null) this.#place ??= this.#context.takePlace(this.client.address)
    const bytes = reader.helloBytes()
    this.isSilent = result.status === 'incomplete' && bytes.length === 0
    if (result.status === 'incomplete') return
    this.#reader = null
    this.socket.off('data', this.#onData)
    this.socket.pause()
    if (result.status === 'refused') this.#refuse(result.reason, result.alert)
    else if (this.#place === null) this.#handOver(result, bytes)
    else {
      this.#place.isGranted.then((isGranted) => {
        if (this.socket.destroyed) return
        if (isGranted) this.#handOver(result, bytes)
        else this.cut('too_many_connections')
      })
    }
  }

  #handOver(hello: ClientHello, bytes: Buffer): void {
    this.#stopTimer()
    this.#serverName = hello.serverName
    const choice = chooseHost(hello, this.#context.hosts())
    if (choice.server === null) {
      this.#refuse(choice.reason, choice.alert)
      return
    }
    this.server = choice.server
    this.state = 'handshake'
    this.#handedOverAt = performance.now()
    this.#timer = setTimeout(cutLate, this.#handshakeTimeout, this, 'handshake_timeout')
    this.socket.unshift(bytes)
    choice.server.emit('connection', this.socket)
  }

  #refuse(reason: HandshakeRefusal, alert: AlertDescription | null): void {
    this.#stopTimer()
    this.failed(reason, null)
    if (alert === null) this.socket.destroy()
    else refuseWithAlert(this.socket, alert)
  }
}

function cutLate(connection: AcceptedConnection, reason: HandshakeRefusal): void {
  connection.cut(reason)
}
