import { extensionKinds } from './extensions.ts'
import { keyKinds } from './keys.ts'
import { createMaker, type Kinds, type Pki } from './maker.ts'
import { nameKinds } from './names.ts'

/** Certificates that are made to cost, by what is large in them. */
export function hostileKinds(pki: Pki): Kinds {
  const maker = createMaker(pki)
  return {
    'a plain leaf': (run) => maker.leafOf(run, {}),
    ...nameKinds(maker),
    ...extensionKinds(maker),
    ...keyKinds(maker),
  }
}
