import { UsageError } from '../exit.js'

/** What the options of `init` say; the rest is asked for. */
export interface GivenAnswers {
  readonly customDomain?: string
  readonly forwardingTarget?: string
  readonly serverCertificate?: string
  readonly serverKey?: string
  readonly trustAnchor?: string
  readonly selfSigned?: string
  readonly apiKeyFile?: string
}

/** Everything that a configuration is written from. Files are as the user named them. */
export interface Answers {
  readonly customDomain: string
  readonly forwardingTarget: string
  readonly serverCertificate: string
  readonly serverKey: string
  /** `null`: certificates that a CA signed are refused. */
  readonly trustAnchor: string | null
  readonly selfSigned: string
  /** `null`: the key is in the environment. */
  readonly apiKeyFile: string | null
}

/** Asks one question; an empty answer is an empty string. */
export type Ask = (question: string) => Promise<string>

/**
 * Completes what was given by asking; without anybody to ask, what may be left out is left out.
 *
 * @throws UsageError that names every option that is missing
 */
export async function completeAnswers(given: GivenAnswers, ask: Ask | null): Promise<Answers> {
  const missing: string[] = []
  const need = async (value: string | undefined, option: string, question: string) => {
    for (let answer = value; ; answer = (await ask?.(`${question}: `))?.trim()) {
      if (answer !== undefined && answer !== '') return answer
      if (ask !== null) continue
      missing.push(option)
      return ''
    }
  }
  const may = async (value: string | undefined, question: string) =>
    (value ?? (await ask?.(`${question}: `)) ?? '').trim() || null

  const customDomain = await need(
    given.customDomain,
    '--custom-domain',
    'Custom domain, such as auth.example.com',
  )
  const forwardingTarget = await need(
    given.forwardingTarget,
    '--forwarding-target',
    "Auth0's origin domain name, such as https://tenant-cd-id.edge.tenants.eu.auth0.com",
  )
  const serverCertificate = await need(
    given.serverCertificate,
    '--server-certificate',
    `PEM file with the server certificate for ${customDomain} and mtls.${customDomain}`,
  )
  const serverKey = await need(given.serverKey, '--server-key', 'PEM file with its key')
  const trustAnchor = await may(
    given.trustAnchor,
    "PEM file with your clients' CA (empty: certificates of a CA are refused)",
  )
  // An edge that lets nobody in is no configuration: without a CA the registry is the stricter of the two left.
  const usual = trustAnchor === null ? 'registered' : 'reject'
  const selfSigned =
    (await may(
      given.selfSigned,
      `Self-signed certificates: reject, registered or forward (empty: ${usual})`,
    )) ?? usual
  const apiKeyFile = await may(
    given.apiKeyFile,
    'File with the cname-api-key (empty: the variable CNAME_API_KEY, at start)',
  )
  if (missing.length > 0) {
    throw new UsageError(`nobody can be asked here: add ${missing.join(', ')}`)
  }
  return {
    customDomain,
    forwardingTarget,
    serverCertificate,
    serverKey,
    trustAnchor,
    selfSigned,
    apiKeyFile,
  }
}
