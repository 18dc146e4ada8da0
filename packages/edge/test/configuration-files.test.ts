import { bad, refuseAll } from './configuration-case.ts'
import { change } from './configuration-fixture.ts'

const AUTH0 = 'domains[0].auth0'
const CA_SIGNED = 'domains[0].clientCertificates.caSigned'
const SERVER = 'domains[0].serverCertificates[0]'
const KEY = `cnameApiKey: \${CNAME_API_KEY}`
const certificate = (file: string): string => change('certs/auth.crt', file)
/** The server certificate of this name, and its key. */
const pair = (name: string): string =>
  certificate(`certs/${name}.crt`).replace('certs/auth.key', `certs/${name}.key`)
const key = (file: string): string => change('certs/auth.key', file)
const anchor = (file: string): string => change('clients-root.pem', file)

// biome-ignore format: one line a case
refuseAll([
  bad('a server certificate that is not there', certificate('nothing.crt'), `${SERVER}.certificateFile`, 7, /names nothing\.crt, which does not exist/, /\/etc\/edge\/nothing\.crt/),
  bad('a server certificate that may not be read', certificate('forbidden.crt'), `${SERVER}.certificateFile`, 7, /names forbidden\.crt, which this user may not read/, /let the user/),
  bad('a directory for a server certificate', certificate('certs'), `${SERVER}.certificateFile`, 7, /names certs, which is a directory/, /correct the path/),
  bad('an empty server certificate', certificate('empty.pem'), `${SERVER}.certificateFile`, 7, /names empty\.pem, which is empty/, /write the content/),
  bad('a damaged server certificate', certificate('certs/damaged.crt'), `${SERVER}.certificateFile`, 7, /names certs\/damaged\.crt, in which a certificate cannot be read/, /undamaged/),
  bad('a key for a server certificate', certificate('certs/auth.key'), `${SERVER}.certificateFile`, 7, /names certs\/auth\.key, which holds a private key/, /BEGIN CERTIFICATE/),
  bad('a server certificate in DER', certificate('certs/der.crt'), `${SERVER}.certificateFile`, 7, /names certs\/der\.crt, which is in DER, and PEM is wanted/, /openssl x509 -inform der/),
  bad('a PKCS #12 archive for a server certificate', certificate('certs/bundle.p12'), `${SERVER}.certificateFile`, 7, /names certs\/bundle\.p12, which is a PKCS #12 archive/, /openssl pkcs12 -in FILE -nokeys/),
  bad('a PKCS #7 bundle for a server certificate', certificate('certs/bundle.p7b'), `${SERVER}.certificateFile`, 7, /names certs\/bundle\.p7b, which is a PKCS #7 bundle/, /openssl pkcs7 -inform der -print_certs/),
  bad('a PKCS #7 bundle in PEM for a server certificate', certificate('certs/bundle.pem.p7b'), `${SERVER}.certificateFile`, 7, /names certs\/bundle\.pem\.p7b, which is a PKCS #7 bundle/, /openssl pkcs7 -print_certs/),
  bad('a key in DER for a server certificate', certificate('certs/der.key'), `${SERVER}.certificateFile`, 7, /names certs\/der\.key, which holds a private key in DER, and no certificate/, /BEGIN CERTIFICATE/),
  bad('text for a server certificate', certificate('api-key.txt'), `${SERVER}.certificateFile`, 7, /names api-key\.txt, which is not in PEM/, /BEGIN CERTIFICATE/),
  bad('a server certificate with a short key', pair('weak'), `${SERVER}.certificateFile`, 7, /certs\/weak\.crt, which is too weak for TLS: .*an RSA key of 1024 bits/, /2048 bits/),
  bad('a server certificate with a key on a weak curve', pair('weak-curve'), `${SERVER}.certificateFile`, 7, /certs\/weak-curve\.crt, which is too weak for TLS: .*a key on the curve secp224r1/, /P-256/),
  bad('a server certificate that is signed with SHA-1', pair('sha1'), `${SERVER}.certificateFile`, 7, /certs\/sha1\.crt, which is too weak for TLS: .*it is signed by ecdsa with sha1/, /SHA-256 or better/),
  bad('a server certificate whose issuer has a short key', pair('weak-issuer'), `${SERVER}.certificateFile`, 7, /certs\/weak-issuer\.crt, which is too weak for TLS: .*an RSA key of 1024 bits/, /2048 bits/),
  bad('a server key that is not there', key('nothing.key'), `${SERVER}.keyFile`, 7, /names nothing\.key, which does not exist/, /\/etc\/edge\/nothing\.key/),
  bad('a certificate for a server key', key('certs/auth.crt'), `${SERVER}.keyFile`, 7, /names certs\/auth\.crt, which holds a certificate, and no private key/, /BEGIN PRIVATE KEY/),
  bad('a server key in DER', key('certs/der.key'), `${SERVER}.keyFile`, 7, /names certs\/der\.key, which is in DER, and PEM is wanted/, /openssl pkey -inform der/),
  bad('a PKCS #12 archive for a server key', key('certs/bundle.p12'), `${SERVER}.keyFile`, 7, /names certs\/bundle\.p12, which is a PKCS #12 archive/, /openssl pkcs12 -in FILE -nocerts -nodes/),
  bad('an encrypted server key', key('certs/encrypted.key'), `${SERVER}.keyFile`, 7, /names certs\/encrypted\.key, whose key is encrypted/, /openssl pkey/),
  bad('a damaged server key', key('certs/damaged.key'), `${SERVER}.keyFile`, 7, /names certs\/damaged\.key, in which the private key cannot be read/, /undamaged/),
  bad("another certificate's key", key('certs/auth-rsa.key'), `${SERVER}.keyFile`, 7, /certs\/auth-rsa\.key, whose key does not belong to the certificate in certs\/auth\.crt/, /issued for/),
  bad('a chain whose leaf is not first', certificate('certs/chain-upside-down.crt'), `${SERVER}.keyFile`, 7, /does not belong/, /own certificate first/),
  bad('a trust anchor file that is not there', anchor('nothing.pem'), `${CA_SIGNED}.trustAnchorFiles[0]`, 15, /names nothing\.pem, which does not exist/, /\/etc\/edge\/nothing\.pem/),
  bad('an empty trust anchor file', anchor('empty.pem'), `${CA_SIGNED}.trustAnchorFiles[0]`, 15, /names empty\.pem, which is empty/, /write the content/),
  bad('a trust anchor file without any certificate', anchor('clients.crl'), `${CA_SIGNED}.trustAnchorFiles[0]`, 15, /names clients\.crl, which holds a CRL, and no certificate/, /BEGIN CERTIFICATE/),
  bad('a key for a trust anchor', anchor('certs/auth.key'), `${CA_SIGNED}.trustAnchorFiles[0]`, 15, /names certs\/auth\.key, which holds a private key/, /BEGIN CERTIFICATE/),
  bad('a trust anchor in DER', anchor('certs/der.crt'), `${CA_SIGNED}.trustAnchorFiles[0]`, 15, /names certs\/der\.crt, which is in DER, and PEM is wanted/, /openssl x509 -inform der/),
  bad('a PKCS #12 archive for a trust anchor', anchor('certs/bundle.p12'), `${CA_SIGNED}.trustAnchorFiles[0]`, 15, /which is a PKCS #12 archive/, /openssl pkcs12 -in FILE -nokeys/),
  bad('a PKCS #12 archive for a CRL', change('clients.crl', 'certs/bundle.p12'), `${CA_SIGNED}.revocation.crlFiles[0]`, 19, /names certs\/bundle\.p12, which is a PKCS #12 archive, and no CRL/, /X509 CRL/),
  bad('a certificate in DER for a CRL', change('clients.crl', 'certs/der.crt'), `${CA_SIGNED}.revocation.crlFiles[0]`, 19, /names certs\/der\.crt, which holds a certificate in DER, and no CRL/, /X509 CRL/),
  bad('a damaged trust anchor', anchor('certs/damaged.crt'), `${CA_SIGNED}.trustAnchorFiles[0]`, 15, /names certs\/damaged\.crt, in which a certificate cannot be read/, /undamaged/),
  bad('an intermediate file that is not there', change('clients-intermediate.pem', 'nothing.pem'), `${CA_SIGNED}.intermediateFiles[0]`, 16, /names nothing\.pem, which does not exist/, /nothing\.pem/),
  bad('a CRL file that is not there', change('clients.crl', 'nothing.crl'), `${CA_SIGNED}.revocation.crlFiles[0]`, 19, /names nothing\.crl, which does not exist/, /nothing\.crl/),
  bad('a certificate for a CRL', change('clients.crl', 'client.crt'), `${CA_SIGNED}.revocation.crlFiles[0]`, 19, /names client\.crt, which holds a certificate, and no CRL/, /X509 CRL/),
  bad('a damaged CRL', change('clients.crl', 'damaged.crl'), `${CA_SIGNED}.revocation.crlFiles[0]`, 19, /names damaged\.crl, in which a CRL cannot be read/, /undamaged/),
  bad('extra roots that are not there', change('clientIpHeader: true-client-ip', 'caFile: nothing.pem'), `${AUTH0}.caFile`, 11, /names nothing\.pem, which does not exist/, /nothing\.pem/),
  bad('extra roots without a certificate', change('clientIpHeader: true-client-ip', 'caFile: certs/auth.key'), `${AUTH0}.caFile`, 11, /which holds a private key/, /BEGIN CERTIFICATE/),
  bad('a missing API key', change(`${KEY}\n      `, ''), `${AUTH0}.cnameApiKey`, 8, /is missing/, /cnameApiKeyFile: FILE/),
  bad('an API key in both forms', change(KEY, `${KEY}\n      cnameApiKeyFile: api-key.txt`), `${AUTH0}.cnameApiKeyFile`, 11, /stands beside `cnameApiKey`/, /remove/),
  bad('an API key file that is not there', change(KEY, 'cnameApiKeyFile: nothing.txt'), `${AUTH0}.cnameApiKeyFile`, 10, /names nothing\.txt, which does not exist/, /nothing\.txt/),
  bad('an empty API key file', change(KEY, 'cnameApiKeyFile: empty.pem'), `${AUTH0}.cnameApiKeyFile`, 10, /names empty\.pem, which is empty/, /write the content/),
  bad('an API key file with a newline alone', change(KEY, 'cnameApiKeyFile: newline.txt'), `${AUTH0}.cnameApiKeyFile`, 10, /nothing but a line's end/, /write the secret/),
  bad('an API key file with two lines', change(KEY, 'cnameApiKeyFile: two-lines.txt'), `${AUTH0}.cnameApiKeyFile`, 10, /no header can carry/, /copy/),
  bad('an API key with a space', change(KEY, 'cnameApiKey: abc def'), `${AUTH0}.cnameApiKey`, 10, /no header can carry/, /copy/),
])
