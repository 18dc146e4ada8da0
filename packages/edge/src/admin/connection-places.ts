import type { Socket } from 'node:net'

/** Connections of one address: more than a browser and some programs have open, and a quarter of all that there may be. */
export const MAX_OF_ADDRESS = 64

/** Who a connection comes from. */
export type Peer = Pick<Socket, 'remoteAddress' | 'remotePort'>

/**
 * Bounds the connections of each address. Whoever comes is let in all the same, in the place of the connection of their address that is
 * open for the longest time and of which nobody showed the token: otherwise whoever is at an operator's address, as every
 * program of the machine is at 127.0.0.1, could keep the operator out by connections that say nothing.
 */
export interface ConnectionPlaces {
  /** Counts a connection that was made. */
  take(socket: Socket): void
  /** Somebody who may was seen on it: it is given up for nobody. */
  keep(peer: Peer): void
}

interface Place {
  readonly socket: Socket
  isKept: boolean
}

export function createConnectionPlaces(max: number = MAX_OF_ADDRESS): ConnectionPlaces {
  /** By address, then by port; the oldest first. */
  const places = new Map<string, Map<number, Place>>()
  return {
    take(socket) {
      const { remoteAddress, remotePort } = socket
      // It is closed already.
      if (remoteAddress === undefined || remotePort === undefined) return
      const ofAddress = places.get(remoteAddress) ?? new Map<number, Place>()
      places.set(remoteAddress, ofAddress)
      if (ofAddress.size >= max && !giveUpOne(ofAddress)) {
        socket.destroy()
        return
      }
      const place = { socket, isKept: false }
      ofAddress.set(remotePort, place)
      socket.once('close', () => {
        // The port may be another connection's by now.
        if (ofAddress.get(remotePort) === place) ofAddress.delete(remotePort)
        if (ofAddress.size === 0 && places.get(remoteAddress) === ofAddress) {
          places.delete(remoteAddress)
        }
      })
    },
    keep({ remoteAddress = '', remotePort = 0 }) {
      const place = places.get(remoteAddress)?.get(remotePort)
      if (place !== undefined) place.isKept = true
    },
  }
}

function giveUpOne(ofAddress: Map<number, Place>): boolean {
  for (const [port, { socket, isKept }] of ofAddress) {
    if (isKept) continue
    ofAddress.delete(port)
    socket.destroy()
    return true
  }
  return false
}
