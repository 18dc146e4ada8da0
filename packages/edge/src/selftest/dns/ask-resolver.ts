import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import dnsPacket, { type DecodedPacket, type RecordType } from 'dns-packet'
import type { Address } from '../../configuration/types.js'
import { readResolver } from './resolver-address.js'

/** How long one resolver may take over one question, in milliseconds; after that the next one is asked. */
const RESOLVER_TIMEOUT = 1_500
/** More than the second resolver is not waited for. */
const MOST_RESOLVERS = 2
/** In bytes: what goes through every network in one piece (RFC 9715). */
const UDP_PAYLOAD = 1_232
/** A name that does not exist is an answer too. */
const ANSWERS = new Set([0, 3])
const NO_SUCH_NAME = 3

/** What a resolver said. Nothing about it is authenticated. */
export interface DnsAnswer {
  readonly packet: DecodedPacket
  readonly hasName: boolean
}

/**
 * Asks the resolvers one after the other, with the DO and AD bits, so that they send signatures along and say whether they
 * verified them (RFC 4035, RFC 6840 section 5.7).
 *
 * @returns null where none answers, or none says anything but an error
 */
export async function askResolvers(
  resolvers: readonly string[],
  name: string,
  type: RecordType,
): Promise<DnsAnswer | null> {
  for (const resolver of resolvers.slice(0, MOST_RESOLVERS)) {
    const address = readResolver(resolver)
    const query = writeQuery(name, type)
    const byDatagram = await askByDatagram(address, query)
    const packet = byDatagram?.flag_tc === true ? await askByStream(address, query) : byDatagram
    const code = (packet?.flags ?? 0) & 0xf
    if (packet !== null && ANSWERS.has(code)) return { packet, hasName: code !== NO_SUCH_NAME }
  }
  return null
}

interface Query {
  readonly id: number
  readonly packet: Parameters<typeof dnsPacket.encode>[0]
}

function writeQuery(name: string, type: RecordType): Query {
  const id = randomInt(0x10000)
  return {
    id,
    packet: {
      type: 'query',
      id,
      flags: dnsPacket.RECURSION_DESIRED | dnsPacket.AUTHENTIC_DATA,
      questions: [{ type, name }],
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: UDP_PAYLOAD,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: dnsPacket.DNSSEC_OK,
          flag_do: true,
          options: [],
        },
      ],
    },
  }
}

function askByDatagram(address: Address, { id, packet }: Query): Promise<DecodedPacket | null> {
  return new Promise((resolve) => {
    const socket: Socket = createSocket(isIPv6(address.host) ? 'udp6' : 'udp4')
    const finish = (answer: DecodedPacket | null): void => {
      clearTimeout(timer)
      socket.removeAllListeners()
      socket.close()
      resolve(answer)
    }
    const timer = setTimeout(() => finish(null), RESOLVER_TIMEOUT)
    socket.on('error', () => finish(null))
    socket.on('message', (message) => {
      const answer = readAnswer(message, id)
      // Somebody else's datagram: the right one may still come.
      if (answer !== null) finish(answer)
    })
    socket.connect(address.port, address.host, () => socket.send(dnsPacket.encode(packet)))
  })
}

/** The answer did not fit into a datagram: over TCP it stands behind its length (RFC 7766). */
function askByStream(address: Address, { id, packet }: Query): Promise<DecodedPacket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: address.host, port: address.port })
    let received = Buffer.alloc(0)
    const finish = (answer: DecodedPacket | null): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => finish(null), RESOLVER_TIMEOUT)
    socket.on('error', () => finish(null))
    socket.on('close', () => finish(null))
    socket.on('connect', () => socket.write(dnsPacket.streamEncode(packet)))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return
      finish(readAnswer(received.subarray(2, 2 + received.readUInt16BE(0)), id))
    })
  })
}

function readAnswer(message: Buffer, id: number): DecodedPacket | null {
  try {
    const packet = dnsPacket.decode(message)
    return packet.id === id && packet.flag_qr ? packet : null
  } catch {
    return null
  }
}
