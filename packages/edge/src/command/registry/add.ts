import { AlreadyRegisteredError, type CertificateFacts } from '@mtls-edge/cert-registry'
import { EXIT } from '../exit.js'
import type { Surroundings } from '../surroundings.js'
import { readPemFile } from './certificate-arguments.js'
import { chooseDomain } from './choose-domain.js'
import { oneLine } from './entry-words.js'
import { fail, type RegistryCommandOptions, type RegistrySession, withRegistry } from './session.js'

export interface AddOptions extends RegistryCommandOptions {
  readonly clientName?: string
  readonly owner?: string
  readonly notes?: string
  readonly pending?: boolean
}

/**
 * `mtls-edge registry add`: registers every certificate of every file. All files are read before the first is
 * registered; one that is there in another state does not keep the others out.
 *
 * @returns the exit code: 0, or 1 where one was not added
 */
export async function runAdd(
  files: readonly string[],
  options: AddOptions,
  surroundings: Surroundings,
): Promise<number> {
  const certificates: CertificateFacts[] = []
  for (const file of files) certificates.push(...(await readPemFile(file, surroundings)))
  return await withRegistry(options, surroundings, 'write', async (session) => {
    const domain = chooseDomain(session.configuration, options.domain)
    let code: number = EXIT.success
    for (const certificate of certificates) {
      const added = await addOne(domain, certificate, options, session, surroundings)
      if (!added) code = EXIT.problems
    }
    return code
  })
}

async function addOne(
  domain: string,
  certificate: CertificateFacts,
  options: AddOptions,
  { store, actor }: RegistrySession,
  surroundings: Surroundings,
): Promise<boolean> {
  const { stdout, stderr } = surroundings
  const { clientName = null, owner = null, notes = null } = options
  const state = options.pending === true ? 'pending' : 'active'
  const { thumbprint, notAfter } = certificate
  try {
    const registration = { domain, certificate, state, clientName, owner, notes } as const
    const { outcome } = await store.add(registration, actor)
    stdout.write(`${outcome}  ${thumbprint}  ${state}  ${oneLine(certificate.subject)}\n`)
    if (notAfter.getTime() < Date.now()) {
      stderr.write(`warning: ${thumbprint} expired on ${notAfter.toISOString()}: it is refused\n`)
    }
    return true
  } catch (error) {
    if (!(error instanceof AlreadyRegisteredError)) throw error
    const mend = `mtls-edge registry activate ${thumbprint} --domain ${domain}`
    fail(`${thumbprint}: ${error.message}; to let it in: ${mend}`, surroundings)
    return false
  }
}
