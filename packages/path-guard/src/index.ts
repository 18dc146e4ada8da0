import type { AllowedEndpoint } from './endpoint-table.js'

export type { AllowedEndpoint, EndpointOption } from './endpoint-table.js'
export {
  AbsoluteFormError,
  AmbiguousFramingError,
  BadHostError,
  ExpectationRefusedError,
  GuardFailedError,
  InvalidOptionError,
  MalformedRequestError,
  MethodNotAllowedError,
  MethodOverrideError,
  MisdirectedRequestError,
  PathNotAllowedError,
  TargetRewrittenError,
  UnsafeMethodError,
  UnsafeSettingError,
  UnsupportedVersionError,
  UpgradeRefusedError,
} from './errors.js'
export type { PathGuardOptions } from './options.js'
export { pathGuard } from './plugin.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The endpoint that the request matched; null before the guard and where any path passes. */
    allowedEndpoint: AllowedEndpoint | null
  }
}
