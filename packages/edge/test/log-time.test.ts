import t from 'tap'
import { createLogTime } from '../dist/service/log/log-time.js'

t.test('the time of a line is that of its moment, whatever second and millisecond', async (t) => {
  let time = 0
  const logTime = createLogTime(() => time)
  const moments = [
    '1970-01-01T00:00:00.000Z',
    '2026-11-26T00:59:59.998Z',
    '2026-11-26T00:59:59.999Z',
    '2026-11-26T01:00:00.000Z',
    '2026-11-26T01:00:00.007Z',
    '2026-11-26T01:00:00.070Z',
    // A clock may be set back.
    '2026-11-26T00:59:59.001Z',
    '2028-02-29T23:59:59.999Z',
  ]
  for (const moment of moments) {
    time = Date.parse(moment)
    t.equal(logTime(), `,"time":"${moment}"`)
  }
})
