export {
  type ManagementApiStandIn,
  type ManagementApiStandInOptions,
  type StandInClient,
  type StandInCredential,
  startManagementApiStandIn,
} from './management-api.js'
