/**
 * No gateway: Node's TLS server, which answers whatever comes with the same bytes. What an idle connection takes here, none of a gateway in
 * Node can do without.
 */
import { createServer } from 'node:tls'
import { readSettings, tlsOptions } from './settings.ts'

const settings = readSettings()
const ANSWER = 'HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}'

createServer(tlsOptions(settings), (socket) => {
  socket.on('data', () => socket.write(ANSWER)).on('error', () => socket.destroy())
}).listen(settings.port, '127.0.0.1')
