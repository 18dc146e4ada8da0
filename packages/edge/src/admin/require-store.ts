import type { RegistryStore } from '@mtls-edge/cert-registry'
import type { AdminContext } from './context.js'
import { NoRegistryError } from './errors.js'

/** The store. @throws FST_EDGE_ADMIN_NO_REGISTRY */
export function requireStore({ store }: Pick<AdminContext, 'store'>): RegistryStore {
  if (store === null) throw new NoRegistryError()
  return store
}
