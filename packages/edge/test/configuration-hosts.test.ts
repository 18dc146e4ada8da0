import { bad, refuseAll } from './configuration-case.ts'
import { change, GOOD } from './configuration-fixture.ts'

const DOMAIN = 'domains[0]'

// biome-ignore format: one line a case
refuseAll([
  bad('a port over the highest', change('8443', '65536'), 'listen.port', 1, /out of range/, /0 to 65535/),
  bad('a port that is text', change('8443', "'8443'"), 'listen.port', 1, /text where a whole number/, /write 8443/),
  bad('a fraction of a port', change('8443', '84.43'), 'listen.port', 1, /number where a whole/, /write/),
  bad('an address with its port', change('host: 127.0.0.1, port: 8443', "host: '127.0.0.1:80'"), 'listen.host', 1, /neither an IP/, /without port/),
  bad('one port for two listeners', change('9091', '8443'), 'health.port', 22, /port of `listen` too/, /a port each/),
  bad('a balancer by its name', change('8443 }', '8443, proxyProtocol: { trusted: [balancer.internal] } }'), 'listen.proxyProtocol.trusted[0]', 1, /neither an IP address nor a range/, /10\.0\.0\.0\/8/),
  bad('a range of more bits than an address has', change('8443 }', '8443, proxyProtocol: { trusted: [10.0.0.0/33] } }'), 'listen.proxyProtocol.trusted[0]', 1, /neither an IP address nor a range/, /10\.0\.0\.0\/8/),
  bad('a PROXY protocol that nobody speaks', change('8443 }', '8443, proxyProtocol: { trusted: [] } }'), 'listen.proxyProtocol.trusted', 1, /is empty/, /10\.0\.0\.0\/8/),
  bad('a delay without a unit', change('20s', '20s\ndrainDelay: 5'), 'drainDelay', 4, /a number where text/, /its unit/),
  bad('no workers', change('tlsProfile: fapi2', 'workers: 0'), 'workers', 2, /out of range/, /from 1/),
  bad('more workers than any machine has use for', change('tlsProfile: fapi2', 'workers: 513'), 'workers', 2, /out of range/, /1 to 512/),
  bad('a duration without a unit', change('20s', '20'), 'shutdownTimeout', 3, /a number where text/, /its unit, such as 20s/),
  bad('a duration with an unknown unit', change('20s', '20 seconds'), 'shutdownTimeout', 3, /not a duration/, /500ms, 20s, 5m or 1h/),
  bad('a negative duration', change('20s', '-20s'), 'shutdownTimeout', 3, /not a duration/, /20s/),
  bad('a duration over what timers hold', change('20s', '25d'), 'shutdownTimeout', 3, /too long/, /24d/),
  bad('a staleness without a unit', change('sqlite:registry.db', '{ url: sqlite:registry.db, maxStaleness: five }'), 'registry.maxStaleness', 21, /not a duration/, /5m/),
  bad('a staleness below a second', change('sqlite:registry.db', '{ url: sqlite:registry.db, maxStaleness: 999ms }'), 'registry.maxStaleness', 21, /shorter than/, /1s or more/),
  bad('a name with an underscore', change('auth.example.com', 'my_auth.example.com'), `${DOMAIN}.customDomain`, 5, /not a host name/, /letters, digits and hyphens/),
  bad('a name with a scheme', change('auth.example.com', 'https://auth.example.com'), `${DOMAIN}.customDomain`, 5, /not a host name/, /without https/),
  bad('a name with a port', change('auth.example.com', 'auth.example.com:443'), `${DOMAIN}.customDomain`, 5, /not a host name/, /without a port/),
  bad('a wildcard', change('auth.example.com', "'*.example.com'"), `${DOMAIN}.customDomain`, 5, /not a host name/, /one name/),
  bad('an IP address as a name', change('auth.example.com', '192.0.2.1'), `${DOMAIN}.customDomain`, 5, /not a host name/, /no IP address/),
  bad('a name beyond ASCII', change('auth.example.com', 'bücher.example'), `${DOMAIN}.customDomain`, 5, /not a host name/, /xn--bcher-kva\.example/),
  bad('a label with a hyphen at its end', change('auth.example.com', 'auth-.example.com'), `${DOMAIN}.customDomain`, 5, /not a host name/, /labels/),
  bad('an empty label', change('auth.example.com', 'auth..example.com'), `${DOMAIN}.customDomain`, 5, /not a host name/, /labels/),
  bad('a label of 64 letters', change('auth.example.com', `${'a'.repeat(64)}.example.com`), `${DOMAIN}.customDomain`, 5, /not a host name/, /labels/),
  bad('an alias that is no name', change('clientIpHeader: true-client-ip\n', 'clientIpHeader: true-client-ip\n    mtlsDomain: m tls\n', ), `${DOMAIN}.mtlsDomain`, 12, /not a host name/, /labels/),
  bad('a registry without its URL', change('sqlite:registry.db', '{ maxStaleness: 5m }'), 'registry.url', 21, /is missing/, /urlFile/),
  bad('a name of two domains', twice('auth.example.com'), 'domains[1].customDomain', 21, /domains\[0\]\.customDomain is already/, /a name of its own/),
  bad('a name of two domains in another spelling', twice('AUTH.Example.com.'), 'domains[1].customDomain', 21, /domains\[0\]\.customDomain is already/, /a name of its own/),
  bad("a domain that is another one's alias", twice('mtls.auth.example.com'), 'domains[1].customDomain', 21, /domains\[0\]\.mtlsDomain is already/, /a name of its own/),
])

/** The good configuration with a second domain of this name, whose alias is `mtls.other.example.com`. */
function twice(name: string): string {
  const second = /( {2}- customDomain:[\s\S]*)\nregistry:/.exec(GOOD)?.[1] ?? ''
  const renamed = second.replace(
    'auth.example.com',
    `${name}\n    mtlsDomain: mtls.other.example.com`,
  )
  return GOOD.replace('\nregistry:', () => `\n${renamed}\nregistry:`)
}
