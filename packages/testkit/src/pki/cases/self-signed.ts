import { nullValue } from '../der.js'
import { generateKey } from '../key.js'
import { oddSelfSigned } from './case.js'

/** Certificates signed by their own key, or that claim to be. */
export const SELF_SIGNED_CASES = [
  oddSelfSigned('self-signed', 'the plain case', [], {}),
  oddSelfSigned('self-signed without extensions', 'nothing demands them', [], {
    extensions: 'none',
  }),
  oddSelfSigned('self-signed of version 1', 'as old tools make them', [], { version: 1 }),
  oddSelfSigned('self-signed with CA', 'as openssl req -x509 makes them', [], {
    ca: true,
    keyUsage: null,
  }),
  oddSelfSigned(
    'self-signed with another issuer name',
    'the signature decides, not the names',
    [],
    { issuerName: 'somebody else' },
  ),
  oddSelfSigned('self-signed with RSA 2048', 'strong enough', [], {
    key: 'rsa2048',
    freshKey: false,
  }),
  oddSelfSigned('self-signed with Ed25519', 'allowed', [], { key: 'ed25519' }),
  oddSelfSigned('self-signed, expired', 'dates count', ['expired'], ({ at, issue }) =>
    issue({ notAfter: new Date(at.getTime() - 1000) }),
  ),
  oddSelfSigned('self-signed, not yet valid', 'dates count', ['not_yet_valid'], ({ at, issue }) =>
    issue({ notBefore: new Date(at.getTime() + 1000) }),
  ),
  oddSelfSigned(
    'self-issued by another key',
    'equal names are no proof',
    ['bad_signature', 'untrusted_issuer'],
    ({ issue }) => issue({ signingKey: generateKey('p256') }),
  ),
  oddSelfSigned(
    'self-signed, spoilt',
    'one bit of the signature is turned over',
    ['bad_signature', 'untrusted_issuer'],
    { flipSignatureBit: 200 },
  ),
  oddSelfSigned(
    'self-signed under the root’s name',
    'a configured CA’s name under another key',
    ['forged_ca_name'],
    ({ issue, root }) => issue({ subject: root.subject }),
  ),
  oddSelfSigned(
    'self-signed under the root’s name, in capitals',
    'names compare by 7.1',
    ['forged_ca_name'],
    ({ issue }) => issue({ subject: { O: 'ODD', CN: 'ODD  ROOT' } }),
  ),
  oddSelfSigned('self-signed, RSA 1024', 'under 2048 bits', ['weak_key'], {
    key: 'rsa1024',
    freshKey: false,
  }),
  oddSelfSigned('self-signed on secp256k1', 'not among the allowed curves', ['weak_key'], {
    key: 'secp256k1',
  }),
  oddSelfSigned('self-signed with SHA-1', 'SHA-1 is off', ['weak_signature'], {
    signature: { hash: 'sha1' },
  }),
  oddSelfSigned('self-signed with MD5', 'MD5 is off', ['weak_signature'], {
    key: 'rsa2048',
    freshKey: false,
    signature: { hash: 'md5' },
  }),
  oddSelfSigned(
    'self-signed with an unknown critical extension',
    'must be refused (4.2)',
    ['unknown_critical_extension'],
    {
      extraExtensions: [{ oid: '1.2.3.4', critical: true, value: nullValue() }],
    },
  ),
  oddSelfSigned(
    'self-signed for servers',
    'clientAuth is not among the purposes',
    ['wrong_purpose'],
    { extendedKeyUsage: ['serverAuth'] },
  ),
  oddSelfSigned(
    'self-signed without digitalSignature',
    'TLS signs with the key',
    ['wrong_key_usage'],
    { keyUsage: ['keyEncipherment'] },
  ),
  oddSelfSigned(
    'self-signed with trailing octets',
    'octets after the certificate',
    ['malformed_certificate'],
    { trailingBytes: Buffer.from([0]) },
  ),
]
