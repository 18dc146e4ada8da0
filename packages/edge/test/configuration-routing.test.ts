import { bad, refuseAll } from './configuration-case.ts'
import { change } from './configuration-fixture.ts'

const DOMAIN = 'domains[0]'
const TARGET = 'https://tenant-cd-id.edge.tenants.eu.auth0.com'

// biome-ignore format: one line a case
refuseAll([
  bad('a target without TLS', change('https://tenant', 'http://tenant'), `${DOMAIN}.auth0.forwardingTarget`, 9, /not https/, /https/),
  bad('a target that is a name', change('https://tenant', 'tenant'), `${DOMAIN}.auth0.forwardingTarget`, 9, /not a URL/, /https:\/\/ in front/),
  bad('a target with a path', change(TARGET, `${TARGET}/oauth`), `${DOMAIN}.auth0.forwardingTarget`, 9, /has a path/, /origin alone/),
  bad('a target with a query', change(TARGET, `${TARGET}?a=b`), `${DOMAIN}.auth0.forwardingTarget`, 9, /has a query/, /origin alone/),
  bad('a target with a fragment', change(TARGET, `'${TARGET}/#a'`), `${DOMAIN}.auth0.forwardingTarget`, 9, /has a fragment/, /origin alone/),
  bad('a target with a user', change('https://', 'https://me@'), `${DOMAIN}.auth0.forwardingTarget`, 9, /has a user/, /origin alone/),
  bad('a target that is the custom domain', change(TARGET, 'https://AUTH.example.com'), `${DOMAIN}.auth0.forwardingTarget`, 9, /edge itself/, /origin domain name/),
  bad('a target that is the alias', change(TARGET, 'https://mtls.auth.example.com.:444'), `${DOMAIN}.auth0.forwardingTarget`, 9, /edge itself.*mtlsDomain/, /origin domain name/),
  bad('an endpoint without its slash', change('/oauth/token', 'oauth/token'), `${DOMAIN}.endpoints[0]`, 12, /not a path/, /from the slash/),
  bad('an endpoint with a query', change('/oauth/token', '/oauth/token?a'), `${DOMAIN}.endpoints[0]`, 12, /not a path/, /without query/),
  bad('an endpoint that climbs', change('/oauth/token', '/oauth/../token'), `${DOMAIN}.endpoints[0]`, 12, /not a path/, /\.\./),
  bad('an endpoint twice', change('/userinfo]', '/userinfo, /oauth/token]'), `${DOMAIN}.endpoints[2]`, 12, /second time/, /once/),
  bad('no endpoints', change('[/oauth/token, /userinfo]', '[]'), `${DOMAIN}.endpoints`, 12, /is empty/, /oauth\/token/),
  bad('a method in lower case', change('[/oauth/token, /userinfo]', '[{ path: /a, methods: [post] }]'), `${DOMAIN}.endpoints[0].methods[0]`, 12, /not a method/, /did you mean POST/),
  bad('a method that never passes', change('[/oauth/token, /userinfo]', '[{ path: /a, methods: [TRACE] }]'), `${DOMAIN}.endpoints[0].methods[0]`, 12, /not a method/, /GET, POST/),
  bad('a method twice', change('[/oauth/token, /userinfo]', '[{ path: /a, methods: [GET, GET] }]'), `${DOMAIN}.endpoints[0].methods`, 12, /twice/, /once/),
  bad('no methods', change('[/oauth/token, /userinfo]', '[{ path: /a, methods: [] }]'), `${DOMAIN}.endpoints[0].methods`, 12, /is empty/, /POST/),
  bad('a registry of another kind', change('sqlite:registry.db', 'mysql://db/edge'), 'registry', 21, /no URL of a registry/, /sqlite:registry\.db/),
  bad('a registry without a path', change('sqlite:registry.db', "'sqlite:'"), 'registry', 21, /no URL of a registry/, /sqlite:registry\.db/),
])
