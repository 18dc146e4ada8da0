import {
  CA_SIGNED,
  pushAuthorizationRequest,
  SELF_SIGNED,
  takeClientCredentialsToken,
} from './client-step.js'
import { discoverIssuer } from './discovery.js'
import { forgerySteps } from './forgery.js'
import { refusalSteps } from './refusal.js'
import type { Step } from './step.js'
import { createUserInfoSteps } from './userinfo.js'

/** Steps under one heading. */
export interface Chapter {
  readonly heading: string
  readonly steps: readonly Step[]
}

/** Everything that the demo shows, in order. */
export function listChapters(): readonly Chapter[] {
  const [flow, accepted, ...refused] = createUserInfoSteps()
  const userInfo = [flow, accepted].filter((step) => step !== undefined)
  return [
    {
      heading: 'What must work',
      steps: [
        discoverIssuer,
        pushAuthorizationRequest(CA_SIGNED),
        takeClientCredentialsToken(CA_SIGNED),
        pushAuthorizationRequest(SELF_SIGNED),
        takeClientCredentialsToken(SELF_SIGNED),
        ...userInfo,
      ],
    },
    { heading: 'What must fail', steps: [...refused, ...refusalSteps, ...forgerySteps] },
  ]
}

export type { Step, StepOutcome } from './step.js'
