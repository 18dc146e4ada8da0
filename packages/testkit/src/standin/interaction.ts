import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

/** The one user of every stand-in. */
export const TEST_USER = {
  sub: 'auth0|test-user',
  email: 'user@example.com',
  email_verified: true,
  name: 'Test User',
} as const

/**
 * Answers the provider's interactions in the place of a login page: the test user logs in and consents to all that is
 * asked for. Everything around it (session, cookies, redirects, grant) stays the provider's own.
 */
export function answerInteractions(provider: Provider): void {
  provider.use(async (ctx, next) => {
    if (ctx.method !== 'GET' || !ctx.path.startsWith('/interaction/')) return next()
    const interaction = await provider.interactionDetails(ctx.req, ctx.res)
    // interactionFinished writes the answer itself.
    ctx.respond = false
    if (interaction.prompt.name === 'login') {
      const result = { login: { accountId: TEST_USER.sub } }
      return provider.interactionFinished(ctx.req, ctx.res, result)
    }
    const result = { consent: { grantId: await consentToAll(provider, interaction) } }
    return provider.interactionFinished(ctx.req, ctx.res, result)
  })
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

async function consentToAll(provider: Provider, interaction: Interaction): Promise<string> {
  const { client_id: clientId } = interaction.params
  const accountId = interaction.session?.accountId
  if (typeof clientId !== 'string' || accountId === undefined) {
    throw new Error('a consent without a client or a user')
  }
  const grant = new provider.Grant({ clientId, accountId })
  const { missingOIDCScope } = interaction.prompt.details
  if (isStrings(missingOIDCScope)) grant.addOIDCScope(missingOIDCScope.join(' '))
  return grant.save()
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** The account behind a subject, as oidc-provider's `findAccount` wants it. */
export function findTestUser(_ctx: KoaContextWithOIDC, sub: string) {
  return { accountId: sub, claims: async () => ({ ...TEST_USER, sub }) }
}
