import t from 'tap'
import { bad, refuseAll } from './configuration-case.ts'
import { change, findProblems, load } from './configuration-fixture.ts'

const rates = (text: string): string => change('20s', `20s\nrateLimit: { ${text} }`)

// biome-ignore format: one line a case
refuseAll([
  bad('no request at all', rates('perCertificate: 0'), 'rateLimit.perCertificate', 4, /out of range/, /from 1/),
  bad('a rate with a unit', rates('perAddress: 10/s'), 'rateLimit.perAddress', 4, /text where a whole number/, /write/),
  bad('a Redis that is none', rates("perAddress: 10, redis: 'http://localhost'"), 'rateLimit.redis', 4, /no URL of Redis/, /redis:\/\/HOST/),
  bad('a Redis without a host', rates("perAddress: 10, redis: 'redis:///0'"), 'rateLimit.redis', 4, /no URL of Redis/, /redis:\/\/HOST/),
  bad('a database that has no number', rates("perAddress: 10, redis: 'redis://localhost/edge'"), 'rateLimit.redis', 4, /no URL of Redis/, /HOST:6379\/0/),
  bad("options of the library's", rates("perAddress: 10, redis: 'redis://localhost?enableOfflineQueue=true'"), 'rateLimit.redis', 4, /no URL of Redis/, /redis:\/\/HOST/),
  bad('a file with another URL', rates('perAddress: 10, redisFile: registry-url.txt'), 'rateLimit.redisFile', 4, /no URL of Redis/, /redis:\/\/HOST/),
  bad('a Redis twice', rates("perAddress: 10, redis: 'redis://localhost', redisFile: registry-url.txt"), 'rateLimit.redisFile', 4, /stands beside `redis`/, /remove/),
])

t.test('takes limits, and a Redis whose URL nobody sees', async (t) => {
  const url = 'rediss://edge:hunter2@redis.example.com:6380/2'
  const configuration = load(rates(`perCertificate: 600, redis: '${url}'`))
  t.match(configuration.rateLimit, { perCertificate: 600, perAddress: null })
  t.equal(configuration.rateLimit.redis?.reveal(), url)
  t.notMatch(JSON.stringify(configuration.rateLimit), /hunter2/)
})

t.test('warns of a Redis that nothing is counted in', async (t) => {
  t.match(findProblems(rates("redis: 'redis://localhost'")), [
    { severity: 'warning', path: 'rateLimit.redis', line: 4, message: /nothing is limited/ },
  ])
})
