export { parseAlternativeName } from './alternative-name.js'
export {
  type AllowList,
  type DenyList,
  findDenial,
  findMissingAllowance,
  findMissingSelfSignedAllowance,
  serialKey,
} from './lists.js'
