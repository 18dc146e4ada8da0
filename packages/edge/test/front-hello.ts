// The bytes of a ClientHello, by the names that the front's tests know. One writer serves them and the selftest.
export {
  list16,
  uint8,
  uint16,
  vector8,
  vector16,
} from '../dist/selftest/hello/bytes.js'
export {
  type HelloOptions,
  writeClientHello as hello,
  writeHelloMessage as helloMessage,
  writeHostName as hostName,
  writeKeyShare as keyShare,
  writeMessage as handshakeMessage,
  writeRecord as record,
  writeRecords as records,
} from '../dist/selftest/hello/client-hello.js'

export const SUITES = {
  tls13: [0x1301, 0x1302, 0x1303],
  ecdheRsaGcm: [0xc02f, 0xc030],
  ecdheEcdsaGcm: [0xc02b, 0xc02c],
} as const
