import { isIP, SocketAddress } from 'node:net'
import { recognizeAlternativeNameForm } from '@mtls-edge/path-validation'
import type { Place } from '../place.js'
import type { AlternativeNameRule } from '../types.js'
import { isHostName, normalizeHostName } from './host-name.js'

type Form = AlternativeNameRule['type']

const PREFIXED = /^(dns|email|ip|uri):(.+)$/is
const URI = /^[a-z][a-z0-9+.-]*:\S+$/i
const EMAIL = /^[^\s@]+@[^\s@]+$/

const MENDS: Readonly<Record<Form, string>> = {
  dns: 'write dns:client.example.com; a name that begins with *. is compared as it stands',
  email: 'write email:someone@example.com',
  ip: 'write ip:192.0.2.1 or ip:2001:db8::1',
  uri: 'write uri:https://client.example.com/ or uri:urn:example:client, with its scheme',
}

/**
 * Reads a subject alternative name: `dns:`, `email:`, `ip:` or `uri:` and the value.
 * Without a prefix the form is recognised.
 */
export function readAlternativeName(text: string, place: Place): AlternativeNameRule | null {
  const match = PREFIXED.exec(text)
  const prefix = match?.[1]?.toLowerCase()
  const value = match?.[2] ?? text
  const type = isForm(prefix) ? prefix : recognizeAlternativeNameForm(text)
  const normal = normalize(type, value.trim())
  if (normal === null) {
    return place.error(`is not a subject alternative name of the form ${type}`, MENDS[type])
  }
  return { type, value: normal }
}

const isForm = (text: string | undefined): text is Form =>
  text !== undefined && Object.hasOwn(MENDS, text)

function normalize(type: Form, value: string): string | null {
  switch (type) {
    case 'dns': {
      const name = normalizeHostName(value)
      return isHostName(name.replace(/^\*\./, '')) ? name : null
    }
    case 'email': {
      if (!EMAIL.test(value)) return null
      const at = value.indexOf('@')
      return value.slice(0, at + 1) + value.slice(at + 1).toLowerCase()
    }
    case 'ip':
      return normalizeAddress(value)
    case 'uri':
      return URI.test(value) ? value : null
  }
}

/** Equal addresses get equal texts, whatever their case, zeros and compression were. */
function normalizeAddress(value: string): string | null {
  const family = isIP(value)
  if (family === 0 || value.includes('%')) return null
  return new SocketAddress({ address: value, family: family === 4 ? 'ipv4' : 'ipv6' }).address
}
