// Loaded before the edge, in each of its processes, by --import: at SIGUSR2 it has V8 print whenever it looks whether objects of a place in
// the code are to be old ones from the start, which it does in collections of young garbage alone. With PRETENURE=on it has V8 do so again.
import { setFlagsFromString } from 'node:v8'

process.on('SIGUSR2', () => {
  setFlagsFromString('--trace-pretenuring-statistics')
  if (process.env.PRETENURE === 'on') setFlagsFromString('--allocation-site-pretenuring')
  console.log(JSON.stringify({ event: 'tracing' }))
})
