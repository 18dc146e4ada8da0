import { isIP } from 'node:net'

/** The forms of a subject alternative name that people write. */
export type AlternativeNameForm = 'dns' | 'email' | 'ip' | 'uri'

/**
 * Recognises the form of a name that is written without it: an IP address, then what has `://` or begins with `urn:` (a URI), then
 * what has an `@` (an email address), else a DNS name. It does not say that the name is a good one of that form.
 */
export function recognizeAlternativeNameForm(text: string): AlternativeNameForm {
  if (isIP(text) !== 0) return 'ip'
  if (text.includes('://') || /^urn:/i.test(text)) return 'uri'
  return text.includes('@') ? 'email' : 'dns'
}
